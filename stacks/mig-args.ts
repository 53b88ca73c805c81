import type { BuildPlace, MigArgs } from "../components/platforms/mig";
import type { MigSettings } from "./mig-environment";
import type { Scope } from "./scope";

/** The platform's arguments from a valid environment. */
export function migArgs(mig: MigSettings, scope: Scope): MigArgs {
  const { certificates, access, claims, stack, host } = scope;
  // The environment was judged before: this is a fault of this program.
  if (access.broker === undefined) throw new Error("MIG without a broker's operator was not refused.");
  const { relay, database, scheduler, api, workers, agents, agentBuild, logging, account } = mig;
  const [first, ...others] = relay.hosts.map(host);
  if (first === undefined) throw new Error("A relay without hosts was not refused.");

  return {
    claims,
    environment: stack,
    certificates,
    authority: scope.authority("mig", mig.authority),
    relay: {
      hosts: [first, ...others],
      generation: relay.generation,
      operator: access.broker.username,
      bind: relay.bind,
      endpoint: relay.endpoint,
      nodeName: relay.nodeName,
      mirrored: relay.mirrored ?? (relay.generation === 3 ? ["mig"] : []),
      erlangCookie: relay.erlangCookie ?? others.length > 0,
      redirect: redirect(relay.redirect443),
      maxFiles: relay.maxFiles,
    },
    database: {
      ...database,
      host: host(database.host),
      directory: database.directory ?? scope.postgresqlDirectory,
    },
    scheduler: { ...scheduler, hosts: scheduler.hosts.map(host) },
    api: { ...api, host: host(api.host) },
    workers: workers.map((worker) => ({ ...worker, host: host(worker.host) })),
    // Both sides have to agree about it.
    agents: { ...agents, heartbeat: scheduler.heartbeat, hosts: agents.hosts.map(host) },
    agentBuild: agentBuild === undefined ? undefined : { ...agentBuild, place: buildPlace(agentBuild, host) },
    logging: mig.logging.mode === "syslog" ? logging : withoutSyslog(logging),
    account,
  };
}

/** The environment was judged before: anything else is a fault of this program. */
function buildPlace(
  { host: name, path, directory }: NonNullable<MigSettings["agentBuild"]>,
  host: Scope["host"],
): BuildPlace {
  if (directory !== undefined) return { kind: "local", directory };
  if (name === undefined || path === undefined) throw new Error("A build of agents without a place was not refused.");
  return { kind: "host", host: host(name), path };
}

function redirect(setting: boolean | { readonly interface: string }): { readonly interface?: string } | undefined {
  if (setting === false) return undefined;
  return setting === true ? {} : setting;
}

function withoutSyslog({ mode, level, file }: MigSettings["logging"]): MigArgs["logging"] {
  return { mode, level, file };
}
