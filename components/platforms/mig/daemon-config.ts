import {
  type BrokerLogin,
  type DatabaseLogin,
  type Logging,
  type TlsFiles,
  brokerSection,
  dialString,
  loggingSection,
  postgresSection,
} from "./config-sections";
import { renderGcfg } from "./gcfg";

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
