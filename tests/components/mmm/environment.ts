import { PathClaims } from "../../../components/hosts";
import type { MmmArgs } from "../../../components/platforms/mmm";
import { Lifetime } from "../../../components/pki";

const host = (name: string, last: number) => ({
  name,
  address: `10.0.0.${last}`,
  hostKey: "ssh-ed25519 AAAA",
});

/** A monitor whose host is an agent as well, another agent, and a remote mmm_control. */
export function mmmArgs(change: Partial<MmmArgs> = {}): MmmArgs {
  return {
    claims: new PathClaims(),
    environment: "test",
    certificates: {
      organization: "Test",
      keyAlgorithm: "ECDSA-P256",
      authorityLifetime: Lifetime.years(10),
      lifetime: Lifetime.days(90),
    },
    series: 1,
    monitor: { host: { ...host("mon1", 9), fqdn: "mon1.example.net" }, names: ["192.168.0.9"] },
    agents: [{ host: host("db1", 1), names: ["192.168.0.31"] }, { host: host("mon1", 9) }],
    controls: [{ host: host("ops1", 8) }],
    ...change,
  };
}
