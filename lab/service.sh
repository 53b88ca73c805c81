#!/bin/sh
# The service manager of a lab host, where systemd does not run.
# Usage: service start|stop|restart|reload|status UNIT
# Start and restart return when the unit is ready. A unit that the lab does not run (MIG's own daemons) is a noted no-op.
set -eu

# Words, not functions: a function in the background keeps the caller's standard output open.
as_rabbitmq="setpriv --reuid rabbitmq --regid rabbitmq --init-groups env HOME=/var/lib/rabbitmq"
as_postgres="setpriv --reuid postgres --regid postgres --init-groups env HOME=/var/lib/postgresql"

fail() {
  echo "$unit on $(cat /proc/sys/kernel/hostname): $1" >&2
  exit 1
}

# In good order, or after 30 s at once.
terminate() {
  kill -TERM "$1"
  tries=300
  while [ -d "/proc/$1" ]; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || kill -KILL "$1"
    sleep 0.1
  done
}

rabbitmq() {
  bin=/usr/lib/rabbitmq/bin
  [ -x "$bin/rabbitmq-server" ] || bin=$(dirname "$(readlink -f "$(command -v rabbitmq-server)")")
  pid_file=/run/rabbitmq/pid
  console=/var/log/rabbitmq/console.log
  # It writes the file some time after it has begun.
  pid=$(cat "$pid_file" 2>/dev/null || pidof -s beam.smp || true)
  [ -n "$pid" ] && [ -d "/proc/$pid" ] && running=yes || running=no
  case $1 in
    status) [ $running = yes ] ;;
    start)
      # One that runs may be on its way still: whoever started it may have been killed since.
      starting=$pid
      if [ $running = no ]; then
        install -d -o rabbitmq -g rabbitmq -m 0750 /run/rabbitmq
        rm -f "$pid_file"
        install -o rabbitmq -g rabbitmq -m 0640 /dev/null "$console"
        cd /var/lib/rabbitmq
        $as_rabbitmq RABBITMQ_PID_FILE="$pid_file" RABBITMQ_ALLOW_INPUT=1 setsid "$bin/rabbitmq-server" -noinput \
          </dev/null >>"$console" 2>&1 &
        starting=$!
      fi
      tries=600
      until grep -q 'completed with' "$console"; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || fail "not ready within 60 s, see $console"
        kill -0 $starting 2>/dev/null || fail "did not start: $(grep -v '^ *$' "$console" | tail -n 8)"
        sleep 0.1
      done
      ;;
    stop)
      [ $running = yes ] || return 0
      terminate "$pid"
      ;;
    restart) rabbitmq stop && rabbitmq start ;;
    reload)
      # RabbitMQ reads a certificate when it is first used and keeps it: what was rotated has to be forgotten.
      [ $running = yes ] || return 0
      cd /var/lib/rabbitmq
      $as_rabbitmq "$bin/rabbitmqctl" --silent eval 'ssl:clear_pem_cache().' >/dev/null
      ;;
    *) fail "there is no action $1" ;;
  esac
}

postgresql() {
  for configuration in /etc/postgresql/*/main; do
    [ -f "$configuration/postgresql.conf" ] || fail "no cluster in /etc/postgresql"
    version=$(basename "$(dirname "$configuration")")
  done
  bin=/usr/lib/postgresql/$version/bin
  [ -x "$bin/pg_ctl" ] || bin=$(dirname "$(readlink -f "$(command -v pg_ctl)")")
  data=/var/lib/postgresql/$version/main
  log=/var/log/postgresql/postgresql-$version-main.log
  control() {
    (cd "$data" && $as_postgres "$bin/pg_ctl" "$@" --pgdata="$data" --silent)
  }
  case $1 in
    status) control status >/dev/null ;;
    start)
      # /run is empty after a boot: a process number from before it names nobody.
      [ -d /run/postgresql ] || rm -f "$data/postmaster.pid"
      install -d -o postgres -g postgres -m 2775 /run/postgresql
      control status >/dev/null && return 0
      control start --wait --log="$log" --options="-c config_file=$configuration/postgresql.conf" >/dev/null ||
        fail "did not start: $(tail -n 8 "$log")"
      ;;
    stop) ! control status >/dev/null || control stop --wait --mode=fast ;;
    restart) postgresql stop && postgresql start ;;
    reload) ! control status >/dev/null || control reload ;;
    *) fail "there is no action $1" ;;
  esac
}

# As its unit does: what it would not start with is found before a reload, and a reload starts one that does not run.
icinga() {
  pid_file=/run/icinga2/icinga2.pid
  program=/usr/sbin/icinga2
  pid=$(cat "$pid_file" 2>/dev/null || true)
  [ -n "$pid" ] && [ -d "/proc/$pid" ] && running=yes || running=no
  case $1 in
    status) [ $running = yes ] ;;
    start)
      [ $running = no ] || return 0
      /usr/lib/icinga2/prepare-dirs /usr/lib/icinga2/icinga2
      # Like systemd it gets no HOME: with root's, its PostgreSQL client looks for certificates where it may not.
      output=$(env -u HOME $program daemon --daemonize --close-stdio -e /var/log/icinga2/error.log 2>&1) ||
        fail "did not start: $(echo "$output" | grep -F critical | tail -n 8)"
      ;;
    stop)
      [ $running = yes ] || return 0
      terminate "$pid"
      ;;
    restart) icinga stop && icinga start ;;
    reload)
      [ $running = yes ] || icinga start
      [ $running = no ] || {
        output=$($program daemon --validate 2>&1) ||
          fail "would not start: $(echo "$output" | grep -F critical | tail -n 8)"
        kill -HUP "$pid"
      }
      ;;
    *) fail "there is no action $1" ;;
  esac
}

main() {
  action=$1 unit=${2%.service}
  case $unit in
    rabbitmq-server) rabbitmq "$action" ;;
    postgresql | postgresql@*) postgresql "$action" ;;
    icinga2)
      if [ -x /usr/sbin/icinga2 ]; then icinga "$action"; else echo "icinga2 is not installed: $action skipped"; fi
      ;;
    *) echo "$unit is not run in the lab: $action skipped" ;;
  esac
}

main "$@"
