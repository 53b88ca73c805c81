import { type Host, type PathClaims } from "../components/hosts";
import type { MigArgs } from "../components/platforms/mig";
import type { Access } from "./access";
import type { Environment } from "./environment";

/** Debian 12's, where there is no lab that says otherwise. */
const DEFAULT_POSTGRESQL = "15";

/** The platform's arguments from a valid environment. */
export function migArgs(
  { mig, certificates }: Environment,
  { hosts, broker }: Access,
  claims: PathClaims,
  name: string,
  postgresqlVersion: string = DEFAULT_POSTGRESQL,
): MigArgs {
  const byName = new Map(hosts.map((host) => [host.name, host]));
  const host = (wanted: string): Host => {
    const found = byName.get(wanted);
    // The environment was judged before: this is a fault of this program.
    if (found === undefined) throw new Error(`Host ${wanted} is not among the hosts of the environment.`);
    return found;
  };
  const { relay, database, scheduler, api, workers, agents, agentBuild, logging, account } = mig;
  const [first, ...others] = relay.hosts.map(host);
  if (first === undefined) throw new Error("A relay without hosts was not refused.");

  return {
    claims,
    environment: name,
    certificates,
    relay: {
      hosts: [first, ...others],
      generation: relay.generation,
      operator: broker.username,
      bind: relay.bind,
      endpoint: relay.endpoint,
      mirrored: relay.mirrored ?? (relay.generation === 3 ? ["mig"] : []),
      erlangCookie: relay.erlangCookie ?? others.length > 0,
      redirect: redirect(relay.redirect443),
      maxFiles: relay.maxFiles,
    },
    database: {
      ...database,
      host: host(database.host),
      directory: database.directory ?? `/etc/postgresql/${postgresqlVersion}/main`,
    },
    scheduler: { ...scheduler, host: host(scheduler.host) },
    api: { ...api, host: host(api.host) },
    workers: workers.map((worker) => ({ ...worker, host: host(worker.host) })),
    // Both sides have to agree about it.
    agents: { ...agents, heartbeat: scheduler.heartbeat, hosts: agents.hosts.map(host) },
    agentBuild: agentBuild === undefined ? undefined : { ...agentBuild, host: host(agentBuild.host) },
    logging: mig.logging.mode === "syslog" ? logging : withoutSyslog(logging),
    account,
  };
}

function redirect(setting: boolean | { readonly interface: string }): { readonly interface?: string } | undefined {
  if (setting === false) return undefined;
  return setting === true ? {} : setting;
}

function withoutSyslog({ mode, level, file }: Environment["mig"]["logging"]): MigArgs["logging"] {
  return { mode, level, file };
}
