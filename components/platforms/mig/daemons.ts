import * as pulumi from "@pulumi/pulumi";

import { type Host, type HostDirectory, HostFiles } from "../../hosts";
import type { CertificateAuthority, NodeCertificate } from "../../pki";
import type { MigArgs } from "./args";
import { Daemon, type DaemonArgs } from "./daemon";
import {
  type AgentSettings,
  CONFIG_FILES,
  WHITELIST,
  agentConfig,
  apiConfig,
  schedulerConfig,
  workerConfig,
} from "./daemon-config";
import type { DatabaseServer } from "./database-server";
import type { Logins } from "./logins";
import { CONFIG_DIRECTORY, roleTlsFiles, workerConfigFile } from "./paths";
import type { Relay } from "./relay";
import { spoolDirectories } from "./spool";
import { renderWhitelist } from "./whitelist";

export interface Ground {
  readonly authority: CertificateAuthority;
  readonly relay: Relay;
  readonly database: DatabaseServer;
  readonly logins: Logins;
  readonly apiUrl: string;
  /** What all agents dial the relay with. @default each has its own */
  readonly agentCertificate?: NodeCertificate | undefined;
}

type OwnArgs = Omit<DaemonArgs, "claims" | "certificates" | "authority">;

/** Every daemon on its hosts, each after what its configuration lets it log in to. */
export function declareDaemons(name: string, args: MigArgs, ground: Ground, parent: pulumi.Resource): void {
  const { claims, certificates } = args;
  const { authority, relay, database } = ground;
  const placement = sharedDirectory(name, args, parent);
  const declare = (
    daemon: string,
    own: OwnArgs,
    dependsOn: readonly pulumi.Resource[],
    aliases: pulumi.Alias[] = [],
  ) => {
    const shared = placement(own.host);
    new Daemon(
      `${name}-${daemon}`,
      { ...own, claims, certificates, authority, directories: [...shared.directories, ...(own.directories ?? [])] },
      { parent, dependsOn: [...shared.dependsOn, ...dependsOn], aliases },
    );
  };

  for (const [index, host] of args.scheduler.hosts.entries()) {
    // The name of the scheduler when there could be one only.
    const aliases = index === 0 ? [{ name: `${name}-scheduler` }] : [];
    declare(`scheduler-${host.name}`, schedulerArgs(host, args, ground), [relay, database], aliases);
  }
  declare("api", apiArgs(args, ground), [database]);
  for (const worker of args.workers ?? []) {
    const own = workerArgs(worker, args, ground);
    declare(own.role, own, [relay]);
  }
  for (const host of args.agents.hosts) declare(`agent-${host.name}`, agentArgs(host, args, ground), [relay]);
}

function schedulerArgs(host: Host, { scheduler, account, logging }: MigArgs, { logins }: Ground): OwnArgs {
  const content = pulumi
    .all([logins.broker("scheduler"), logins.database("migscheduler")])
    .apply(([broker, login]) =>
      schedulerConfig(
        scheduler,
        broker,
        roleTlsFiles("scheduler"),
        { ...login, maxConnections: scheduler.maxConnections },
        logging,
      ),
    );
  const whitelist = renderWhitelist(scheduler.whitelist);
  return {
    host,
    role: "scheduler",
    account,
    dialsRelay: true,
    databaseCa: true,
    unit: "mig-scheduler",
    configuration: { path: CONFIG_FILES.scheduler, content },
    directories: spoolDirectories(account),
    files: [{ path: WHITELIST, content: whitelist, owner: account.user, group: account.group, mode: "0640" }],
  };
}

function apiArgs({ api, account, logging }: MigArgs, { logins }: Ground): OwnArgs {
  const content = logins.database("migapi").apply((login) => apiConfig(api, login, logging));
  return {
    host: api.host,
    role: "api",
    account,
    dialsRelay: false,
    databaseCa: true,
    unit: "mig-api",
    configuration: { path: CONFIG_FILES.api, content },
  };
}

function workerArgs(
  { host, name }: { readonly host: Host; readonly name: string },
  { scheduler, account, logging }: MigArgs,
  { logins }: Ground,
): OwnArgs {
  const role = `worker-${name}`;
  const content = logins
    .broker("worker")
    .apply((login) => workerConfig(login, roleTlsFiles(role), scheduler.brokerTimeout, logging));
  return {
    host,
    role,
    account,
    dialsRelay: true,
    unit: `mig-${name}-worker`,
    configuration: { path: workerConfigFile(name), content },
  };
}

/** An agent's settings: those of all, but for what it has otherwise. */
function agentSettings({ exceptions = {}, ...all }: MigArgs["agents"], host: Host): AgentSettings {
  const own = Object.entries(exceptions[host.name] ?? {}).filter(([, value]) => value !== undefined);
  return { ...all, ...Object.fromEntries(own) };
}

function agentArgs(host: Host, { agents, logging }: MigArgs, { logins, apiUrl, agentCertificate }: Ground): OwnArgs {
  const content = logins
    .broker("agent")
    .apply((login) => agentConfig(agentSettings(agents, host), login, roleTlsFiles("agent"), apiUrl, logging));
  return {
    host,
    role: "agent",
    account: { user: "root", group: "root" },
    dialsRelay: true,
    ...(agentCertificate === undefined ? {} : { certificate: agentCertificate }),
    unit: "mig-agent",
    configuration: { path: CONFIG_FILES.agent, content },
  };
}

/**
 * `/etc/mig` is removed with the set that made it, when it is empty: on a host with several roles that has to be a set
 * of its own, which goes last.
 */
function sharedDirectory(name: string, args: MigArgs, parent: pulumi.Resource) {
  const { claims, scheduler, api, workers = [], agents } = args;
  const placed = [...scheduler.hosts, api.host, ...workers.map(({ host }) => host), ...agents.hosts];
  const directories: readonly HostDirectory[] = [{ path: CONFIG_DIRECTORY }];
  const shared = new Map<string, HostFiles>();
  for (const host of placed) {
    if (shared.has(host.name) || placed.filter((other) => other.name === host.name).length < 2) continue;
    shared.set(host.name, new HostFiles(`${name}-${host.name}`, { host, claims, directories }, { parent }));
  }
  return (host: Host): { directories: readonly HostDirectory[]; dependsOn: readonly pulumi.Resource[] } => {
    const set = shared.get(host.name);
    return set === undefined ? { directories, dependsOn: [] } : { directories: [], dependsOn: [set] };
  };
}
