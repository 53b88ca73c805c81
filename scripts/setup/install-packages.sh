#!/bin/sh
# Installs Debian packages without starting the services that they bring: while this runs, a policy-rc.d says no.
# Usage, as root: install-packages.sh PACKAGE...
set -eu

policy=/usr/sbin/policy-rc.d
saved=$policy.groundwork-saved
mark="# Written by Groundwork while it installs packages."

restore() {
  if [ -e "$saved" ]; then
    mv -f "$saved" "$policy"
  elif grep -qsF "$mark" "$policy"; then
    rm -f "$policy"
  fi
}

# Questions of packages that would set something up on this machine beside the lab.
answer() {
  case " $* " in
    # A database for an Icinga that runs here; it would not find a server, and fail with many words.
    *" icinga2-ido-pgsql "*)
      echo "icinga2-ido-pgsql icinga2-ido-pgsql/dbconfig-install boolean false" | debconf-set-selections
      ;;
  esac
}

main() {
  # What a killed installation may have left.
  restore
  trap restore EXIT
  trap 'exit 130' INT TERM HUP
  [ ! -e "$policy" ] || cp -p "$policy" "$saved"
  printf '#!/bin/sh\n%s\nexit 101\n' "$mark" >"$policy"
  chmod 0755 "$policy"
  export DEBIAN_FRONTEND=noninteractive
  answer "$@"
  apt-get -o DPkg::Lock::Timeout=120 update
  apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "$@"
}

main "$@"
