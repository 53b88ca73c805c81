#!/bin/sh
# First process of a lab host, until sshd takes its place: mounts what makes it a host of its own, inside the
# mount, uts, ipc and pid namespaces that `unshare` made for it.
# Usage: host-boot.sh MARKER NAME ADDRESS PORT, in the host's state folder. What it mounts vanishes with it.
set -eu
script=$0

# The machine's directory below, the host's changes above. An upper folder has to lie on a file system that can hold
# one, and not inside the directory that it covers; else the host keeps its changes in memory, while it runs.
overlay() {
  name=$(echo "$1" | tr / _)
  mkdir -p "upper/$name" "work/$name"
  if ! mount -t overlay overlay -o "index=off,lowerdir=$1,upperdir=upper/$name,workdir=work/$name" "$1" 2>/dev/null; then
    mkdir -p "memory/$name/upper" "memory/$name/work"
    mount -t overlay overlay -o "lowerdir=$1,upperdir=memory/$name/upper,workdir=memory/$name/work" "$1"
    echo "changes to $1 are kept in memory only"
  fi
}

# Starts out empty instead of showing what the machine has there.
own() {
  name=$(echo "$1" | tr / _)
  if [ ! -d "own/$name" ]; then
    mkdir -p "own/$name"
    [ ! -d "$1" ] || { chown --reference="$1" "own/$name" && chmod --reference="$1" "own/$name"; }
  fi
  mkdir -p "$1"
  mount --bind "own/$name" "$1"
}

scratch() {
  mount -t tmpfs -o "nosuid,nodev,mode=$2" "$marker" "$1"
}

account() {
  grep -q "^$1:" /etc/passwd || useradd --system --home-dir "$2" --no-create-home --shell /usr/sbin/nologin "$1"
}

# Nothing that is mounted here may show outside. In a chroot `/` may be a plain directory, which is neither private nor
# read-only by itself: then the namespace's own root is made private, and the host lives in the chroot mounted again.
isolate() {
  if grep -qE '^([^ ]+ ){4}/ ' /proc/self/mountinfo; then
    mount --make-rprivate /
    return
  fi
  nsenter --mount=/proc/self/ns/mnt mount --make-rprivate /
  mkdir -p root
  mount --rbind / root
  exec chroot root /bin/sh -c 'cd "$1" && shift && exec /bin/sh "$@"' sh "$PWD" "$script" "$@"
}

main() {
  isolate "$@"
  marker=$1 name=$2 address=$3 port=$4
  umask 022
  echo "$name" >/proc/sys/kernel/hostname
  mkdir -p memory
  mount -t tmpfs -o mode=700 "$marker" memory

  for directory in /etc /var/lib /var/cache /var/log /var/spool /usr/local /opt /srv /home; do
    [ ! -d "$directory" ] || overlay "$directory"
  done
  for directory in /etc/rabbitmq /var/lib/rabbitmq /var/log/rabbitmq /etc/postgresql /var/lib/postgresql \
    /var/log/postgresql /root; do
    own "$directory"
  done

  # An ssh session runs the login shell with `-c`, and bash as that shell reads the invoking user's start-up files.
  sed -i 's|^\(root:.*:\)[^:]*$|\1/bin/sh|' /etc/passwd
  # Without PAM sshd refuses an account whose password is locked by `!`.
  sed -i 's|^root:[^:]*:|root:*:|' /etc/shadow
  account sshd /run/sshd
  account rabbitmq /var/lib/rabbitmq
  account postgres /var/lib/postgresql
  account mig /var/lib/mig
  account nagios /var/lib/nagios
  echo "$name" >/etc/hostname
  cat hosts >/etc/hosts
  install -D -m 0755 service.sh /usr/local/lib/groundwork/service

  scratch /run 755
  mkdir -p -m 700 /run/groundwork
  mkdir -p -m 755 /run/sshd /run/lock
  install -m 0600 ssh_host_ed25519_key authorized_keys /run/groundwork/
  cat >/run/groundwork/sshd_config <<END
ListenAddress $address
Port $port
HostKey /run/groundwork/ssh_host_ed25519_key
AuthorizedKeysFile /run/groundwork/authorized_keys
PidFile /run/groundwork/sshd.pid
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
UseDNS no
MaxStartups 200
MaxSessions 100
Subsystem sftp internal-sftp
END
  scratch /dev/shm 1777
  scratch /tmp 1777
  cd /
  # Whatever else is there belongs to the machine.
  mount -o remount,bind,ro /
  mount -t proc proc /proc
  exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
    "$(command -v sshd)" -D -e -f /run/groundwork/sshd_config
}

main "$@"
