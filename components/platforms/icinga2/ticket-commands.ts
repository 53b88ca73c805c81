import type { Icinga2Args } from "./args";
import { PID_FILE, TICKET, certificatePaths } from "./paths";

/**
 * How a ticket comes to its node, by variables TICKET and BOOTSTRAP of the environment. It is there, or no longer needed:
 * then the node has another certificate than the one it started with. The daemon asks with it when it connects, so
 * one that runs connects anew.
 */
export function ticketCommands(nodeName: string, { user, group }: Icinga2Args["account"]) {
  const { certificate } = certificatePaths(nodeName);
  const present = `[ "$(cat ${TICKET} 2>/dev/null)" = "$TICKET" ]`;
  const used = `[ -f ${certificate} ] && [ "$(cat ${certificate})" != "$(printf %s "$BOOTSTRAP")" ]`;
  const running = `[ -f ${PID_FILE} ] && kill -HUP "$(cat ${PID_FILE})" 2>/dev/null`;
  return {
    check: `${present} || { ${used}; }`,
    apply: [
      "set -e; umask 077",
      `printf '%s' "$TICKET" >${TICKET}.new`,
      `chown ${user}:${group} ${TICKET}.new`,
      `mv -f ${TICKET}.new ${TICKET}`,
      `{ ${running}; } || :`,
    ].join("\n"),
    revert: `rm -f ${TICKET}`,
  };
}
