import { isIPv6 } from "node:net";

import type { ChangeHandler, HostFile } from "../../hosts";
import { DATABASE } from "./schema";

const ACCOUNT = "postgres";

export interface PostgresqlPaths {
  /** `/etc/postgresql/15/main` */
  readonly directory: string;
  readonly certificates: string;
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  readonly settings: string;
  readonly accessRules: string;
}

export function postgresqlPaths(directory: string): PostgresqlPaths {
  const certificates = `${directory}/certs`;
  return {
    directory,
    certificates,
    ca: `${certificates}/cacert.pem`,
    certificate: `${certificates}/server.pem`,
    key: `${certificates}/server.key`,
    settings: `${directory}/conf.d/mig.conf`,
    accessRules: `${directory}/pg_hba.conf`,
  };
}

/** Who may log in from where: an address, or a network in CIDR notation. */
export interface AccessRule {
  readonly role: string;
  readonly sources: readonly string[];
}

/**
 * Lines for the start of `pg_hba.conf`, where the first match decides: the roles come in from the hosts named, with
 * TLS, and by the last line in no other way, whatever the file allows further down.
 */
export function accessRules(rules: readonly AccessRule[]): string {
  const admitted = rules.flatMap(({ role, sources }) =>
    [...new Set(sources.map(network))].map((source) => `hostssl ${DATABASE} ${role} ${source} scram-sha-256`),
  );
  const roles = rules.map(({ role }) => role).join(",");
  return [...admitted, `host all ${roles} all reject`, ""].join("\n");
}

function network(source: string): string {
  if (source.includes("/")) return source;
  return isIPv6(source) ? `${source}/128` : `${source}/32`;
}

export function settings(paths: PostgresqlPaths, listenAddresses: readonly string[]): string {
  return [
    `listen_addresses = '${listenAddresses.join(",")}'`,
    "password_encryption = 'scram-sha-256'",
    "ssl = on",
    "ssl_min_protocol_version = 'TLSv1.2'",
    `ssl_ca_file = '${paths.ca}'`,
    `ssl_cert_file = '${paths.certificate}'`,
    `ssl_key_file = '${paths.key}'`,
    "",
  ].join("\n");
}

export interface PostgresqlContents {
  readonly caPem: HostFile["content"];
  readonly certificatePem: HostFile["content"];
  readonly keyPem: HostFile["content"];
  readonly settings: string;
  readonly accessRules: string;
}

export function postgresqlFiles(paths: PostgresqlPaths, contents: PostgresqlContents): readonly HostFile[] {
  return [
    { path: paths.ca, content: contents.caPem, owner: ACCOUNT, mode: "0644" },
    { path: paths.certificate, content: contents.certificatePem, owner: ACCOUNT, mode: "0644" },
    { path: paths.key, content: contents.keyPem, owner: ACCOUNT, mode: "0600" },
    { path: paths.settings, content: contents.settings, owner: ACCOUNT, mode: "0644" },
    {
      path: paths.accessRules,
      content: contents.accessRules,
      kind: "block",
      marker: "mig database",
      position: "start",
      owner: ACCOUNT,
      mode: "0640",
    },
  ];
}

/** Addresses to listen on are read at a start only, everything else on a reload. */
export function postgresqlHandlers(paths: PostgresqlPaths, unit: string): readonly ChangeHandler[] {
  return [
    { name: "reload", action: "reload", unit, paths: [paths.ca, paths.certificate, paths.key, paths.accessRules] },
    { name: "restart", action: "restart", unit, paths: [paths.settings] },
  ];
}
