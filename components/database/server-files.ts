import { isIPv6 } from "node:net";

import { type ChangeHandler, type FileClaim, type HostFile, claimsOf } from "../hosts";

/** Whom the server runs as. */
export const ACCOUNT = "postgres";

/** What is placed into the configuration of a PostgreSQL server for one platform. */
export interface ServerPaths {
  /** `/etc/postgresql/15/main` */
  readonly directory: string;
  readonly certificates: string;
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  readonly settings: string;
  readonly accessRules: string;
}

/**
 * @param directory of the server's configuration
 * @param platform that the settings are for: names their file
 */
export function serverPaths(directory: string, platform: string): ServerPaths {
  const certificates = `${directory}/certs`;
  return {
    directory,
    certificates,
    ca: `${certificates}/cacert.pem`,
    certificate: `${certificates}/server.pem`,
    key: `${certificates}/server.key`,
    settings: `${directory}/conf.d/${platform}.conf`,
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
export function accessRules(database: string, rules: readonly AccessRule[]): string {
  const admitted = rules.flatMap(({ role, sources }) =>
    [...new Set(sources.map(network))].map((source) => `hostssl ${database} ${role} ${source} scram-sha-256`),
  );
  const roles = rules.map(({ role }) => role).join(",");
  return [...admitted, `host all ${roles} all reject`, ""].join("\n");
}

function network(source: string): string {
  if (source.includes("/")) return source;
  return isIPv6(source) ? `${source}/128` : `${source}/32`;
}

export function serverSettings(paths: ServerPaths, listenAddresses: readonly string[]): string {
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

export interface ServerContents {
  readonly caPem: HostFile["content"];
  readonly certificatePem: HostFile["content"];
  readonly keyPem: HostFile["content"];
  readonly settings: string;
}

export function serverFiles(paths: ServerPaths, contents: ServerContents): readonly HostFile[] {
  return [
    { path: paths.ca, content: contents.caPem, owner: ACCOUNT, mode: "0644" },
    { path: paths.certificate, content: contents.certificatePem, owner: ACCOUNT, mode: "0644" },
    { path: paths.key, content: contents.keyPem, owner: ACCOUNT, mode: "0600" },
    { path: paths.settings, content: contents.settings, owner: ACCOUNT, mode: "0644" },
  ];
}

/** A platform's lines in a file that it shares with others. */
export function accessFile({ accessRules: path }: ServerPaths, platform: string, rules: string): HostFile {
  return {
    path,
    content: rules,
    kind: "block",
    marker: `${platform} database`,
    position: "start",
    owner: ACCOUNT,
    mode: "0640",
  };
}

/** What a platform places that sets the server up, before anything of it is rendered. */
export function serverClaims(directory: string, platform: string): readonly FileClaim[] {
  const paths = serverPaths(directory, platform);
  const files = serverFiles(paths, { caPem: "", certificatePem: "", keyPem: "", settings: "" });
  return claimsOf([...files, accessFile(paths, platform, "")]);
}

/** Addresses to listen on are read at a start only, everything else on a reload. */
export function serverHandlers(paths: ServerPaths, unit: string): readonly ChangeHandler[] {
  return [
    { name: "reload", action: "reload", unit, paths: [paths.ca, paths.certificate, paths.key, paths.accessRules] },
    { name: "restart", action: "restart", unit, paths: [paths.settings] },
  ];
}
