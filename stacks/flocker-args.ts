import { hostNames } from "../components/hosts";
import type { FlockerArgs } from "../components/platforms/flocker";
import { type FlockerSettings, controlHostname } from "./flocker-environment";
import type { Scope } from "./scope";

/** The platform's arguments from a valid environment. */
export function flockerArgs(flocker: FlockerSettings, scope: Scope): FlockerArgs {
  const { certificates, claims, access, host, secret } = scope;
  const { authorityLifetime, lifetime, renewBefore } = certificates;
  const { cluster, keyAlgorithm, control, nodes, agent, users, administrator } = flocker;
  const hostname = controlHostname(flocker, access.hosts);
  // The environment was judged before: this is a fault of this program.
  if (hostname === undefined) throw new Error("A control service without a host was not refused.");
  const controlHost = host(control.host);
  return {
    claims,
    certificates: { keyAlgorithm, authorityLifetime, lifetime, renewBefore },
    cluster,
    control: { host: controlHost, hostname, names: [...hostNames(controlHost), ...control.names] },
    nodes: nodes.map((node) => ({ ...node, host: host(node.host) })),
    agent: {
      ...agent,
      datasetSecrets: Object.fromEntries(
        Object.entries(agent.datasetSecrets).map(([name, key]) => [name, secret(key)]),
      ),
    },
    users: users.map(({ name, host: wanted }) => ({ name, host: wanted === undefined ? undefined : host(wanted) })),
    administrator,
  };
}
