import * as pulumi from "@pulumi/pulumi";

import { childOptions } from "../../child-options";
import {
  type ChangeHandler,
  type Host,
  type HostDirectory,
  type HostFile,
  HostFiles,
  type PathClaims,
  commonNameOf,
} from "../../hosts";
import type { CertificateAuthority, CertificateSettings, NodeCertificate } from "../../pki";
import { clientCertificate } from "./client-certificate";
import { roleDirectory, roleTlsFiles } from "./paths";

export interface DaemonArgs {
  readonly host: Host;
  readonly claims: PathClaims;
  readonly authority: CertificateAuthority;
  readonly certificates: CertificateSettings;
  /** `scheduler`, `api`, `worker` or `agent`: names the folder, the certificate's files and its subject. */
  readonly role: string;
  /** The account that reads what is placed. */
  readonly account: { readonly user: string; readonly group: string };
  /** Whether it dials the relay, and so needs a client certificate. */
  readonly dialsRelay: boolean;
  /** One that it shares with others. @default its own */
  readonly certificate?: NodeCertificate;
  /** Its service, restarted after a change if it runs. */
  readonly unit: string;
  /** Where its unit's environment names the CA for database connections. @default it makes none */
  readonly databaseCa?: boolean;
  /** It holds passwords: only the account reads it. */
  readonly configuration: { readonly path: string; readonly content: pulumi.Input<string> };
  /** Before its own, such as a folder shared by roles. @default none */
  readonly directories?: readonly HostDirectory[];
  /** @default none */
  readonly files?: readonly HostFile[];
}

/** What one of MIG's daemons needs on its host: configuration, certificate, folders. The program itself is not ours. */
export class Daemon extends pulumi.ComponentResource {
  readonly files: HostFiles;

  constructor(name: string, args: DaemonArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:mig:Daemon", name, {}, opts);
    const { host, claims, role, account, unit } = args;
    const child = childOptions(this, opts);
    const owned = { owner: account.user, group: account.group };
    const environment = args.databaseCa === true ? unitEnvironment(unit, roleTlsFiles(role).ca) : undefined;

    this.files = new HostFiles(
      name,
      {
        host,
        claims,
        directories: [
          ...(args.directories ?? []),
          { path: roleDirectory(role), ...owned, mode: "0750" },
          ...(environment?.directories ?? []),
        ],
        files: [
          { ...args.configuration, ...owned, mode: "0600" },
          ...tlsFiles(name, args, this).map((file) => ({ ...file, ...owned })),
          ...(environment?.files ?? []),
          ...(args.files ?? []),
        ],
        handlers: [...(environment?.handlers ?? []), restart(args)],
      },
      child,
    );
    this.registerOutputs({});
  }
}

function tlsFiles(name: string, args: DaemonArgs, parent: pulumi.Resource): readonly HostFile[] {
  const { host, authority, role, dialsRelay } = args;
  const paths = roleTlsFiles(role);
  const trusted: HostFile = { path: paths.ca, content: authority.certificatePem, mode: "0644" };
  if (!dialsRelay) return [trusted];
  const subject = { commonName: commonNameOf(host), organizationalUnit: role };
  // It waits for nothing that its daemon waits for.
  const certificate = args.certificate ?? clientCertificate(name, subject, args, { parent });
  return [
    trusted,
    { path: paths.certificate, content: certificate.certificatePem, mode: "0644" },
    { path: paths.key, content: certificate.privateKeyPem, mode: "0600" },
  ];
}

/**
 * A restart for what the daemon reads at its start; the whitelist it reads by itself. MIG is compiled and installed by
 * others, perhaps later: a unit that is not there or was stopped is left alone, one that failed gets another chance.
 */
function restart({ role, unit, dialsRelay, configuration }: DaemonArgs): ChangeHandler {
  const { ca, certificate, key } = roleTlsFiles(role);
  const paths = [configuration.path, ca, ...(dialsRelay ? [certificate, key] : [])];
  const command = [
    `if systemctl is-active --quiet ${unit} || systemctl is-failed --quiet ${unit}`,
    `then systemctl restart ${unit}`,
    "fi",
  ].join("; ");
  return { name: "restart", command, paths };
}

/** MIG's configuration has no place for the CA of its database connection: Go's driver takes it from the environment. */
function unitEnvironment(unit: string, ca: string) {
  const directory = `/etc/systemd/system/${unit}.service.d`;
  const path = `${directory}/database-ca.conf`;
  const handler: ChangeHandler = {
    name: "daemon-reload",
    command: "if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi",
    paths: [path],
  };
  return {
    directories: [{ path: directory }],
    files: [{ path, content: `[Service]\nEnvironment=PGSSLROOTCERT=${ca}\n` }],
    handlers: [handler],
  };
}
