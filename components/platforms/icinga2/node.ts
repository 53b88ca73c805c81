import * as hosts from "@groundwork/hosts";
import * as pulumi from "@pulumi/pulumi";

import { childOptions } from "../../child-options";
import { type HostFile, HostFiles, hostArgs } from "../../hosts";
import type { CertificateAuthority } from "../../pki";
import type { EndpointSettings, Icinga2Args, IdoSettings, ZoneSettings } from "./args";
import { type Identity, declareIdentity } from "./identity";
import { type IdoLogin, apiConfig, constantsConfig, featureConfig, idoConfig } from "./node-config";
import {
  AUTHORITY,
  AUTHORITY_FILES,
  CERTIFICATES,
  CONSTANTS,
  TICKET,
  TRUSTED_CA,
  ZONES,
  certificatePaths,
  featurePath,
} from "./paths";
import { ticketCommands } from "./ticket-commands";
import { ticket } from "./tickets";
import { zonesConfig } from "./zones-config";

export interface NodeArgs {
  readonly platform: Omit<Icinga2Args, "ido">;
  readonly zone: ZoneSettings;
  readonly endpoint: EndpointSettings;
  readonly authority: CertificateAuthority;
  readonly ticketSalt: pulumi.Output<string>;
  /** Of a master, where there is a central database. @default none */
  readonly ido?: { readonly settings: IdoSettings; readonly login: pulumi.Output<IdoLogin> } | undefined;
}

/** What Icinga 2 reads on one node: certificate, constants, features and zones. The program itself is not ours. */
export class Node extends pulumi.ComponentResource {
  constructor(name: string, args: NodeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:icinga2:Node", name, {}, opts);
    const { platform, endpoint, authority, ticketSalt } = args;
    const { account, claims, unit } = platform;
    const child = childOptions(this, opts);
    const identity = declareIdentity(name, endpoint, platform.certificates, authority, this);
    const owned = { owner: account.user, group: account.group };
    const signs = endpoint.name === platform.signingMaster;

    const files = new HostFiles(
      name,
      {
        host: endpoint.host,
        claims,
        directories: [CERTIFICATES, ...(signs ? [AUTHORITY] : [])].map((path) => ({ path, ...owned, mode: "0700" })),
        files: [
          ...identityFiles(endpoint, identity, authority),
          ...(signs ? authorityFiles(authority) : []),
          ...configuration(args, signs),
        ].map((file) => ({ ...file, ...owned })),
        handlers: [{ name: "reload", action: "reload", unit }],
      },
      child,
    );
    if (endpoint.certificate === "ticket") declareTicket(name, endpoint, ticketSalt, identity, platform, files, child);
    this.registerOutputs({});
  }
}

function identityFiles(
  { name, certificate: way }: EndpointSettings,
  { certificatePem, privateKeyPem }: Identity,
  authority: CertificateAuthority,
): readonly HostFile[] {
  const paths = certificatePaths(name);
  // The daemon writes its own certificate over a bootstrap pair: what is there then stays.
  const kind = way === "placed" ? "whole" : "seed";
  return [
    { path: TRUSTED_CA, content: authority.certificatePem, mode: "0644" },
    { path: paths.certificate, content: certificatePem, mode: "0644", kind },
    { path: paths.key, content: privateKeyPem, mode: "0600", kind },
  ];
}

function authorityFiles({ certificatePem, privateKeyPem }: CertificateAuthority): readonly HostFile[] {
  return [
    { path: AUTHORITY_FILES.certificate, content: certificatePem, mode: "0644" },
    { path: AUTHORITY_FILES.key, content: privateKeyPem, mode: "0600" },
  ];
}

/** The package brings files of these names: they are taken over, and put back by a deletion. */
function configuration({ platform, zone, endpoint, ticketSalt, ido }: NodeArgs, signs: boolean): readonly HostFile[] {
  const { pluginDirectory, bind, zones, globalZones } = platform;
  const constants = signs
    ? ticketSalt.apply((salt) => constantsConfig(endpoint, zone, pluginDirectory, salt))
    : constantsConfig(endpoint, zone, pluginDirectory);
  const open: readonly HostFile[] = [
    { path: ZONES, content: zonesConfig(zones, globalZones, zone, endpoint) },
    { path: featurePath("api"), content: apiConfig(endpoint, zone, bind, signs) },
    { path: featurePath("checker"), content: featureConfig("checker", zone.checker) },
    { path: featurePath("notification"), content: featureConfig("notification", zone.notification) },
  ];
  const login = ido?.login.apply((known) => idoConfig(ido.settings, known));
  const secret: readonly HostFile[] = [
    ...(login === undefined ? [] : [{ path: featurePath("ido-pgsql"), content: login }]),
  ];
  return [
    { path: CONSTANTS, content: constants, mode: signs ? "0600" : "0640", adopt: true },
    ...open.map((file) => ({ ...file, mode: "0640", adopt: true })),
    ...secret.map((file) => ({ ...file, mode: "0600", adopt: true })),
  ];
}

/** Not a file of the set: the daemon removes it once it is used, which nobody has to repair. */
function declareTicket(
  name: string,
  { name: commonName, host }: EndpointSettings,
  ticketSalt: pulumi.Output<string>,
  { certificatePem }: Identity,
  { account, claims }: NodeArgs["platform"],
  files: HostFiles,
  child: pulumi.CustomResourceOptions,
): void {
  claims.claim(host.name, `${name}-ticket`, [{ path: TICKET, kind: "whole" }]);
  new hosts.Guard(
    `${name}-ticket`,
    {
      host: hostArgs(host),
      ...ticketCommands(commonName, account),
      environment: {
        TICKET: pulumi.secret(ticketSalt.apply((salt) => ticket(commonName, salt))),
        BOOTSTRAP: certificatePem,
      },
    },
    { ...child, dependsOn: [files] },
  );
}
