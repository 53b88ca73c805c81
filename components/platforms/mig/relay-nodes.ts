import * as hosts from "@groundwork/hosts";
import type * as pulumi from "@pulumi/pulumi";

import { type Host, HostFiles, type PathClaims, commonNameOf, hostArgs, hostNames } from "../../hosts";
import { type CertificateAuthority, type CertificateSettings, NodeCertificate, namesFor } from "../../pki";
import { type Redirect, REDIRECT_COMMANDS, redirectFiles } from "./amqps-redirect";
import type { RelaySettings } from "./args";
import * as cluster from "./cluster";
import { relayEndpoint } from "./relay-endpoint";
import { CERTIFICATES, DROP_IN_DIRECTORY, advancedConfig, relayFiles, relayHandlers, relayPaths } from "./relay-files";

export interface NodeSettings {
  readonly settings: RelaySettings;
  readonly claims: PathClaims;
  readonly authority: CertificateAuthority;
  readonly certificates: CertificateSettings;
}

/** A node: its certificate, and what its RabbitMQ and system read. */
export function declareNode(
  name: string,
  host: Host,
  cookie: pulumi.Output<string> | undefined,
  { settings, claims, authority, certificates }: NodeSettings,
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
export function declareCluster(
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

/** Port 443 of every node. */
export function declareRedirects(
  name: string,
  redirect: Redirect,
  { settings, claims }: Pick<NodeSettings, "settings" | "claims">,
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
