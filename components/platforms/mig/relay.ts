import * as hosts from "@groundwork/hosts";
import * as accounts from "@groundwork/rabbitmq-accounts";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { Topology, replication } from "../../broker";
import { childOptions } from "../../child-options";
import { type Host, HostFiles, type PathClaims, commonNameOf, dialName, hostArgs, hostNames } from "../../hosts";
import { type CertificateAuthority, type CertificateSettings, NodeCertificate, namesFor } from "../../pki";
import { type Redirect, REDIRECT_COMMANDS, redirectFiles } from "./amqps-redirect";
import type { RelaySettings } from "./args";
import { BROKER_USERS, type BrokerUserName, MIRRORING, VHOST, brokerPermissions } from "./broker-permissions";
import * as cluster from "./cluster";
import {
  AMQPS_PORT,
  CERTIFICATES,
  DROP_IN_DIRECTORY,
  advancedConfig,
  relayFiles,
  relayHandlers,
  relayPaths,
} from "./relay-files";

export interface RelayArgs {
  readonly settings: RelaySettings;
  readonly claims: PathClaims;
  readonly authority: CertificateAuthority;
  readonly certificates: CertificateSettings;
  readonly passwords: Readonly<Record<BrokerUserName, pulumi.Input<string>>>;
}

/** What everyone dials. */
export function relayEndpoint({ endpoint, hosts: [first] }: RelaySettings): string {
  return endpoint ?? dialName(first);
}

/** The broker: its nodes' TLS listener and limits, and what it holds for MIG. */
export class Relay extends pulumi.ComponentResource {
  readonly vhost: pulumi.Output<string>;
  readonly endpoint: string;

  constructor(name: string, args: RelayArgs, opts?: pulumi.ComponentResourceOptions) {
    // The inputs tell policies which series of RabbitMQ it is: no resource does.
    super("groundwork:mig:Relay", name, { generation: args.settings.generation }, opts);
    const { settings, passwords } = args;
    const child = childOptions(this, opts);
    const cookie = settings.erlangCookie
      ? new random.RandomPassword(`${name}-cookie`, { length: 32, special: false }, child).result
      : undefined;

    const nodes = settings.hosts.map((host) => declareNode(name, host, cookie, args, child));
    const members = settings.hosts.length > 1 ? declareCluster(name, settings, nodes, child) : [];
    if (settings.redirect !== undefined) declareRedirects(name, settings.redirect, args, child);

    // Placing the files restarts the broker, whose management API would not answer meanwhile.
    const ready = { ...child, dependsOn: [...nodes, ...members] };
    const operator = new accounts.UserTags(
      `${name}-operator`,
      { user: settings.operator, tags: ["administrator"] },
      ready,
    );
    new accounts.AbsentUser(`${name}-guest`, { user: "guest" }, { ...child, dependsOn: [operator] });
    const { defaultQueueType, policies } = replication(
      settings.generation,
      settings.mirrored.map((queues) => MIRRORING[queues]),
    );
    const topology = new Topology(
      name,
      {
        generation: settings.generation,
        vhost: { name: VHOST, defaultQueueType },
        users: BROKER_USERS.map((user) => ({ name: user, password: passwords[user] })),
        permissions: brokerPermissions(settings.operator),
        policies,
      },
      { ...child, dependsOn: [...nodes, ...members, operator] },
    );

    this.vhost = topology.vhost;
    this.endpoint = relayEndpoint(settings);
    this.registerOutputs({ vhost: this.vhost, endpoint: this.endpoint });
  }
}

function declareNode(
  name: string,
  host: Host,
  cookie: pulumi.Output<string> | undefined,
  { settings, claims, authority, certificates }: RelayArgs,
  child: pulumi.CustomResourceOptions,
): HostFiles {
  const { organization, lifetime, renewBefore, keyAlgorithm } = certificates;
  const certificate = new NodeCertificate(
    `${name}-${host.name}`,
    {
      authority,
      subject: { commonName: commonNameOf(host), organization },
      names: namesFor([...hostNames(host), relayEndpoint(settings)]),
      usage: "server",
      lifetime,
      renewBefore,
      keyAlgorithm,
    },
    child,
  );
  const paths = relayPaths(host.name);
  const peers = settings.hosts.map((each) => cluster.nodeName(settings.nodeName, each));
  return new HostFiles(
    `${name}-${host.name}`,
    {
      host,
      claims,
      directories: [
        { path: CERTIFICATES, owner: "rabbitmq", mode: "0750" },
        { path: DROP_IN_DIRECTORY },
        ...(peers.length > 1 ? [{ path: cluster.CLUSTER_DIRECTORY }] : []),
      ],
      files: relayFiles({
        paths,
        caPem: authority.certificatePem,
        certificatePem: certificate.certificatePem,
        keyPem: certificate.privateKeyPem,
        configuration: advancedConfig(paths, settings.bind === "address" ? host.address : undefined),
        maxFiles: settings.maxFiles,
        cookie,
        peers,
      }),
      handlers: relayHandlers(paths, cookie !== undefined),
    },
    child,
  );
}

/** One after the other: the first is joined by the others, and is the last to be left. */
function declareCluster(
  name: string,
  { hosts: [first, ...others], generation, nodeName }: RelaySettings,
  nodes: readonly HostFiles[],
  child: pulumi.CustomResourceOptions,
): readonly hosts.Guard[] {
  const all = [first, ...others];
  const members: hosts.Guard[] = [];
  for (const host of all) {
    const before = members.slice(-1);
    members.push(
      new hosts.Guard(
        `${name}-${host.name}-member`,
        { host: hostArgs(host), ...cluster.memberCommands(generation) },
        { ...child, dependsOn: [...nodes, ...before] },
      ),
    );
  }
  const forgetting = new hosts.Guard(
    `${name}-forget`,
    {
      host: hostArgs(first),
      ...cluster.forgetCommands(generation),
      revert: "true",
      triggers: all.map((host) => cluster.nodeName(nodeName, host)),
    },
    { ...child, dependsOn: [...nodes, ...members] },
  );
  return [...members, forgetting];
}

function declareRedirects(
  name: string,
  redirect: Redirect,
  { settings, claims }: RelayArgs,
  child: pulumi.CustomResourceOptions,
): void {
  for (const host of settings.hosts) {
    const files = new HostFiles(
      `${name}-${host.name}-redirect`,
      { host, claims, files: redirectFiles(redirect) },
      child,
    );
    new hosts.Guard(
      `${name}-${host.name}-redirect`,
      { host: hostArgs(host), ...REDIRECT_COMMANDS, triggers: [redirect.interface ?? "any"] },
      { ...child, dependsOn: [files] },
    );
  }
}

/** The port that agents dial. */
export function agentPort(settings: RelaySettings): number {
  return settings.redirect === undefined ? AMQPS_PORT : 443;
}
