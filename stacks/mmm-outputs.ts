import type { Mmm, MmmArgs } from "../components/platforms/mmm";
import type { PlatformOutputs } from "./outputs";

export function mmmOutputs(platform: Mmm, { monitor, agents, controls = [] }: MmmArgs): PlatformOutputs {
  return {
    roles: {
      monitor: [monitor.host.name],
      agent: agents.map(({ host }) => host.name),
      mmm_control: controls.map(({ host }) => host.name),
    },
    open: { caCertificate: platform.authority.certificatePem },
  };
}
