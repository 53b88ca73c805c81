import { PathClaims } from "../../../components/hosts";
import type { MmmArgs } from "../../../components/platforms/mmm";
import { CERTIFICATES, hostAt } from "../common-args";

/** A monitor whose host is an agent as well, another agent, and a remote mmm_control. */
export function mmmArgs(change: Partial<MmmArgs> = {}): MmmArgs {
  return {
    claims: new PathClaims(),
    environment: "test",
    certificates: CERTIFICATES,
    series: 1,
    monitor: { host: { ...hostAt("mon1", 9), fqdn: "mon1.example.net" }, names: ["192.168.0.9"] },
    agents: [{ host: hostAt("db1", 1), names: ["192.168.0.31"] }, { host: hostAt("mon1", 9) }],
    controls: [{ host: hostAt("ops1", 8) }],
    ...change,
  };
}
