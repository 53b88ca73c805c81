import type { HostDirectory } from "../../hosts";
import { SPOOL } from "./daemon-config";

const STATES = {
  action: ["new", "done", "inflight", "invalid"],
  command: ["done", "inflight", "ready", "returned"],
} as const;

/** The folders that scheduler and API hand actions and commands over in. Source: MIG's doc/configuration.rst. */
export function spoolDirectories(account: { readonly user: string; readonly group: string }): readonly HostDirectory[] {
  const owned = { owner: account.user, group: account.group, mode: "0750" };
  return [
    { path: SPOOL, ...owned },
    ...Object.entries(STATES).flatMap(([kind, states]) => [
      { path: `${SPOOL}/${kind}`, ...owned },
      ...states.map((state) => ({ path: `${SPOOL}/${kind}/${state}`, ...owned })),
    ]),
  ];
}
