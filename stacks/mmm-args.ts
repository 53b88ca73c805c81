import type { MmmArgs } from "../components/platforms/mmm";
import type { MmmSettings } from "./mmm-environment";
import type { Scope } from "./scope";

/** The platform's arguments from a valid environment. */
export function mmmArgs(mmm: MmmSettings, scope: Scope): MmmArgs {
  const { stack, certificates, claims, host } = scope;
  const { monitor, agents, controls, authority, ...settings } = mmm;
  return {
    ...settings,
    claims,
    environment: stack,
    certificates,
    authority: scope.authority("mmm", authority),
    monitor: { ...monitor, host: host(monitor.host) },
    agents: agents.map((agent) => ({ ...agent, host: host(agent.host) })),
    controls: controls.map((control) => ({ ...control, host: host(control.host) })),
  };
}
