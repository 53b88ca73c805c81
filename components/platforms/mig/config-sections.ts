import { isIPv6 } from "node:net";

import { VHOST } from "./broker-permissions";
import type { GcfgSections } from "./gcfg";
import { DATABASE } from "./schema";

/** How a daemon logs. Source: `mig.Logging` in MIG's sources. */
export interface Logging {
  readonly mode: "stdout" | "file" | "syslog";
  readonly level: "debug" | "info" | "warning" | "error";
  /** A path, for mode `file`. */
  readonly file?: string;
  /** Where syslog listens, for mode `syslog`. */
  readonly host?: string;
  readonly port?: number;
  readonly protocol?: "udp" | "tcp";
  readonly facility?: string;
}

export interface BrokerLogin {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

export interface DatabaseLogin {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly sslmode: "disable" | "require" | "verify-full";
  /** Connections at most. */
  readonly maxConnections?: number;
}

/** Absolute paths: the daemons open them after they went to the background. */
export interface TlsFiles {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/** The relay as the agent dials it. MIG pastes user and password into URLs as they are, so they have to be URL-safe. */
export function dialString({ host, port, user, password }: BrokerLogin): string {
  if (encodeURIComponent(user) !== user || encodeURIComponent(password) !== password) {
    throw new Error(
      `The broker password of ${user} holds characters that mean something in a URL: use letters and digits.`,
    );
  }
  return `amqps://${user}:${password}@${inUrl(host)}:${port}/${VHOST}`;
}

/** MIG pastes hosts into URLs as they are, too. */
function inUrl(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

export function brokerSection(
  { host, port, user, password }: BrokerLogin,
  tls: TlsFiles,
  timeout: string,
): GcfgSections {
  return {
    mq: {
      host: inUrl(host),
      port,
      user,
      pass: password,
      vhost: VHOST,
      usetls: true,
      cacert: tls.ca,
      tlscert: tls.certificate,
      tlskey: tls.key,
      timeout,
    },
  };
}

export function postgresSection({ host, port, user, password, sslmode, maxConnections }: DatabaseLogin): GcfgSections {
  return { postgres: { host: inUrl(host), port, dbname: DATABASE, user, password, sslmode, maxconn: maxConnections } };
}

export function loggingSection({ mode, level, file, host, port, protocol, facility }: Logging): GcfgSections {
  return { logging: { mode, level, file, host, port, protocol, facility } };
}
