import { isIPv6 } from "node:net";

import { DATABASE } from "./schema";
import { VHOST } from "./broker-permissions";
import { type GcfgSections, renderGcfg } from "./gcfg";

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

export interface SchedulerSettings {
  /** After how long without a heartbeat an agent is offline. Go durations, here and below: `20m`. */
  readonly agentTimeout: string;
  readonly heartbeat: string;
  readonly detectMultiAgents: boolean;
  readonly killDuplicateAgents: boolean;
  readonly collectorInterval: string;
  readonly periodicInterval: string;
  /** How long finished actions and commands are kept. */
  readonly deleteAfter: string;
  readonly queuesCleanupInterval: string;
  /** Has to be longer than a heartbeat. */
  readonly brokerTimeout: string;
}

export const SPOOL = "/var/cache/mig";
export const WHITELIST = `${SPOOL}/agents_whitelist.txt`;

/** Where each daemon looks when no `-c` names another file. */
export const CONFIG_FILES = {
  scheduler: "/etc/mig/scheduler.cfg",
  api: "/etc/mig/api.cfg",
  agent: "/etc/mig/mig-agent.cfg",
} as const;

export function schedulerConfig(
  settings: SchedulerSettings,
  broker: BrokerLogin,
  tls: TlsFiles,
  database: DatabaseLogin,
  logging: Logging,
): string {
  return renderGcfg({
    agent: {
      timeout: settings.agentTimeout,
      heartbeatfreq: settings.heartbeat,
      whitelist: WHITELIST,
      detectmultiagents: settings.detectMultiAgents,
      killdupagents: settings.killDuplicateAgents,
    },
    collector: { freq: settings.collectorInterval },
    periodic: {
      freq: settings.periodicInterval,
      deleteafter: settings.deleteAfter,
      queuescleanupfreq: settings.queuesCleanupInterval,
    },
    directories: { spool: SPOOL, tmp: "/var/tmp" },
    ...postgresSection(database),
    ...brokerSection(broker, tls, settings.brokerTimeout),
    ...loggingSection(logging),
  });
}

export interface ApiSettings {
  /** What it listens on: a reverse proxy stands before it. */
  readonly ip: string;
  readonly port: number;
  /** The URL that clients know, without a path. */
  readonly publicUrl: string;
  /** `/api/v1` */
  readonly baseRoute: string;
  /** On as soon as there is an investigator. */
  readonly authentication: boolean;
  readonly tokenDuration: string;
}

export function apiConfig(settings: ApiSettings, database: DatabaseLogin, logging: Logging): string {
  return renderGcfg({
    authentication: { enabled: settings.authentication, tokenduration: settings.tokenDuration },
    server: {
      ip: settings.ip,
      port: settings.port,
      host: settings.publicUrl,
      baseroute: settings.baseRoute,
    },
    ...postgresSection(database),
    ...loggingSection(logging),
  });
}

export function workerConfig(broker: BrokerLogin, tls: TlsFiles, timeout: string, logging: Logging): string {
  return renderGcfg({ ...brokerSection(broker, tls, timeout), ...loggingSection(logging) });
}

export interface AgentSettings {
  readonly heartbeat: string;
  readonly moduleTimeout: string;
  /** The address of its status socket, or none: `127.0.0.1:51664`. */
  readonly socket: string;
  readonly immortal: boolean;
  readonly installService: boolean;
  readonly discoverPublicIp: boolean;
  /** Run pending commands and end: for cron instead of a daemon. */
  readonly checkIn: boolean;
}

export function agentConfig(
  settings: AgentSettings,
  broker: BrokerLogin,
  tls: TlsFiles,
  apiUrl: string,
  logging: Logging,
): string {
  return renderGcfg({
    agent: {
      relay: dialString(broker),
      api: apiUrl,
      socket: settings.socket,
      heartbeatfreq: settings.heartbeat,
      moduletimeout: settings.moduleTimeout,
      isimmortal: settings.immortal,
      installservice: settings.installService,
      discoverpublicip: settings.discoverPublicIp,
      checkin: settings.checkIn,
    },
    certs: { ca: tls.ca, cert: tls.certificate, key: tls.key },
    ...loggingSection(logging),
  });
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

function brokerSection({ host, port, user, password }: BrokerLogin, tls: TlsFiles, timeout: string): GcfgSections {
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

function postgresSection({ host, port, user, password, sslmode, maxConnections }: DatabaseLogin): GcfgSections {
  return { postgres: { host: inUrl(host), port, dbname: DATABASE, user, password, sslmode, maxconn: maxConnections } };
}

function loggingSection({ mode, level, file, host, port, protocol, facility }: Logging): GcfgSections {
  return { logging: { mode, level, file, host, port, protocol, facility } };
}
