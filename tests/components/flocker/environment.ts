import { PathClaims } from "../../../components/hosts";
import type { FlockerArgs } from "../../../components/platforms/flocker";
import { Lifetime } from "../../../components/pki";
import { hostAt } from "../common-args";

const control = { ...hostAt("control1", 11), fqdn: "control.example.net" };

/** A cluster whose control service is on a node, with one more node and a user of each kind. */
export function flockerArgs(change: Partial<FlockerArgs> = {}): FlockerArgs {
  return {
    claims: new PathClaims(),
    certificates: { authorityLifetime: Lifetime.years(10), lifetime: Lifetime.days(90) },
    cluster: { name: "storage" },
    control: { host: control, hostname: "control.example.net" },
    nodes: [
      { host: control },
      { host: hostAt("node1", 21), uuid: "8eab4b8d-c0a2-4ce2-80aa-0709277a9a7a", dockerPlugin: true },
    ],
    agent: { dataset: { backend: "zfs", pool: "flocker" } },
    users: [{ name: "ci", host: hostAt("ci1", 31) }, { name: "alice" }],
    administrator: { directory: "/home/ops/flocker" },
    ...change,
  };
}
