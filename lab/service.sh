#!/bin/sh
# The service manager of a lab host, where systemd does not run.
# Usage: service start|stop|reload|restart|status UNIT. A unit that the lab does not run (MIG's own daemons) is a noted no-op.
set -eu

main() {
  action=$1 unit=$2
  case $unit in
    *) echo "$unit is not run in the lab: $action skipped" ;;
  esac
}

main "$@"
