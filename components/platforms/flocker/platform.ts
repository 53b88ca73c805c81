import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import type { Host } from "../../hosts";
import { hostNames } from "../../hosts";
import { CertificateAuthority } from "../../pki";
import { Administrator } from "./administrator";
import type { FlockerArgs, FlockerNode } from "./args";
import { Issuer, KEY_ALGORITHM } from "./issuer";
import { Member } from "./member";
import { CONTROL_SERVICE } from "./names";
import { flockerProblems } from "./problems";

/** A Flocker cluster: its authority, and what control service, nodes, Docker plugins and API users hold. */
export class Flocker extends pulumi.ComponentResource {
  readonly authority: CertificateAuthority;
  readonly clusterUuid: pulumi.Output<string>;
  /** Of each node, by the name of its host. */
  readonly nodeUuids: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: FlockerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:flocker:Flocker", name, {}, opts);
    refuseProblems(name, args);
    const child = { parent: this };
    const { claims, certificates, cluster, control, users = [], agent, administrator } = args;
    this.clusterUuid = pulumi.output(cluster.uuid ?? new random.RandomUuid(`${name}-uuid`, {}, child).result);
    this.authority = new CertificateAuthority(
      `${name}-ca`,
      {
        subject: { commonName: cluster.name, organizationalUnit: this.clusterUuid },
        lifetime: certificates.authorityLifetime,
        maxPathLength: 0,
        keyAlgorithm: certificates.keyAlgorithm ?? KEY_ALGORITHM,
      },
      child,
    );
    const issuer = new Issuer(this.authority, this.clusterUuid, certificates);
    const member = ({ host, node }: Place, own: { controlNames?: readonly string[] }, dependsOn: pulumi.Resource[]) =>
      new Member(
        `${name}-${host.name}`,
        {
          ...own,
          host,
          claims,
          issuer,
          hostname: control.hostname,
          node,
          users: users.filter((user) => user.host?.name === host.name).map((user) => user.name),
          agent,
        },
        { ...child, dependsOn },
      );

    const [first, ...others] = places(args);
    const controlMember = member(first, { controlNames: controlNames(control) }, []);
    // They are told of a change once the control service has been.
    const members = others.map((place) => [place.host.name, member(place, {}, [controlMember])] as const);
    this.nodeUuids = Object.fromEntries(
      [[first.host.name, controlMember] as const, ...members].flatMap(([host, { uuid }]) =>
        uuid === undefined ? [] : [[host, uuid]],
      ),
    );
    if (administrator !== undefined) {
      const own = users.filter(({ host }) => host === undefined).map((user) => user.name);
      new Administrator(`${name}-administrator`, { ...administrator, issuer, users: own }, child);
    }
    this.registerOutputs({ clusterUuid: this.clusterUuid, nodeUuids: this.nodeUuids });
  }
}

/** What the control service's certificate holds. Flocker's own clients verify the first, others what they dial. */
export function controlNames({ host, hostname, names = hostNames(host) }: FlockerArgs["control"]): readonly string[] {
  return [CONTROL_SERVICE, hostname, ...names];
}

interface Place {
  readonly host: Host;
  readonly node?: FlockerNode;
}

/** Every host once, whatever its roles are; the control service's first. */
function places({ control, nodes, users = [] }: FlockerArgs): readonly [Place, ...Place[]] {
  const node = (host: Host) => nodes.find((each) => each.host.name === host.name);
  const all = [...nodes.map(({ host }) => host), ...users.flatMap(({ host }) => host ?? [])];
  const others = all.filter(
    ({ name }, index) => name !== control.host.name && all.findIndex((host) => host.name === name) === index,
  );
  return [{ host: control.host, node: node(control.host) }, ...others.map((host) => ({ host, node: node(host) }))];
}

function refuseProblems(name: string, { cluster, control, nodes, users = [], administrator }: FlockerArgs): void {
  const [problem] = flockerProblems({
    cluster,
    control,
    nodes: nodes.map(({ host, uuid }) => ({ host: host.name, uuid })),
    users: users.map((user) => ({ name: user.name, host: user.host?.name })),
    administrator,
  });
  if (problem !== undefined) throw new pulumi.RunError(`${name}: ${problem.path.join(".")}: ${problem.reason}.`);
}
