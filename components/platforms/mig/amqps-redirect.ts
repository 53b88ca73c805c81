import type { HostFile } from "../../hosts";
import { AMQPS_PORT } from "./relay-files";

export const HTTPS_PORT = 443;
const SCRIPT = "/usr/local/sbin/mig-amqps-redirect";
const UNIT = "mig-amqps-redirect.service";

export interface Redirect {
  /** Only what arrives there. @default any interface */
  readonly interface?: string;
}

/**
 * The redirect of port 443 to the broker, which cannot listen on a privileged port, for agents behind firewalls that
 * let nothing else out: a script that the unit runs at boot and the guard runs now.
 */
export function redirectFiles({ interface: inbound }: Redirect): readonly HostFile[] {
  const rule = [
    "PREROUTING",
    ...(inbound === undefined ? [] : [`-i ${inbound}`]),
    `-p tcp --dport ${HTTPS_PORT} -j REDIRECT --to-port ${AMQPS_PORT}`,
    '-m comment --comment "Serve RabbitMQ on HTTPS port"',
  ].join(" ");
  const script = [
    "#!/bin/sh",
    "set -eu",
    `rule() { iptables -w -t nat "$1" ${rule}; }`,
    'case "${1:-}" in',
    "  check) rule -C 2>/dev/null ;;",
    "  start) rule -C 2>/dev/null || rule -A ;;",
    "  stop) ! rule -C 2>/dev/null || rule -D ;;",
    '  *) echo "usage: $0 check|start|stop" >&2; exit 2 ;;',
    "esac",
    "",
  ].join("\n");
  const unit = [
    "[Unit]",
    "Description=Redirect port 443 to RabbitMQ for MIG agents",
    "After=network-online.target",
    "Wants=network-online.target",
    "",
    "[Service]",
    "Type=oneshot",
    "RemainAfterExit=yes",
    `ExecStart=${SCRIPT} start`,
    `ExecStop=${SCRIPT} stop`,
    "",
    "[Install]",
    "WantedBy=multi-user.target",
    "",
  ].join("\n");
  return [
    { path: SCRIPT, content: script, mode: "0755" },
    { path: `/etc/systemd/system/${UNIT}`, content: unit },
  ];
}

/** The rule itself, which files alone do not bring about before the next boot. */
export const REDIRECT_COMMANDS = {
  check: `systemctl is-enabled --quiet ${UNIT} && ${SCRIPT} check`,
  apply: `systemctl daemon-reload && systemctl enable --quiet ${UNIT} && ${SCRIPT} start`,
  revert: `systemctl disable --quiet ${UNIT}; ${SCRIPT} stop`,
} as const;
