import { Environment, type CliResult } from "../support/environment";
import { type Inventory, takeInventory } from "../support/inventory";
import { type ExportedState } from "../support/state";
import { type Seen, watching } from "../support/watch";

/** An environment that is up, and what was to be seen on the way. */
export interface Scene {
  readonly environment: Environment;
  /** What was there before. */
  readonly before: Inventory;
  readonly preview: CliResult;
  readonly up: CliResult;
  readonly seen: Seen;
  readonly state: ExportedState;
  readonly outputs: Outputs;
}

export interface Outputs {
  readonly caCertificate: string;
  readonly passwords: {
    readonly broker: Readonly<Record<"scheduler" | "agent" | "api" | "worker", string>>;
    readonly database: Readonly<Record<"migadmin" | "migapi" | "migscheduler", string>>;
  };
}

/** A file that the operator had before, which `up` takes over. */
export const ADOPTED = {
  host: "relay1",
  path: "/etc/rabbitmq/advanced.config",
  content: "%% ours\n[]. % and nobody else's\n",
};
/** A file of many owners without a line break at its end, in which `up` places a block. */
const SHARED = { host: "relay1", path: "/etc/security/limits.conf", content: "# ours\n* soft core 0" };

/** Makes the hosts such as an operator hands them over, the servers as talkative as they can be, and brings all up. */
export async function upOnUsedHosts(environment: Environment): Promise<Scene> {
  const relay = environment.host("relay1");
  await relay.run(`cat >${SHARED.path}; chmod 0604 ${SHARED.path}; chown games:mail ${SHARED.path}`, {
    input: SHARED.content,
  });
  await relay.run(`cat >${ADOPTED.path}; chmod 0640 ${ADOPTED.path}; chown root:rabbitmq ${ADOPTED.path}`, {
    input: ADOPTED.content,
  });
  await relay.run("echo 'log.file.level = debug' >>/etc/rabbitmq/rabbitmq.conf");
  const configuration = `/etc/postgresql/${environment.facts.database.version}/main`;
  await environment
    .host("db1")
    .run(`cat >${configuration}/conf.d/logging.conf && /usr/local/lib/groundwork/service reload postgresql`, {
      input: "log_statement = 'all'\nlog_connections = on\nlog_min_error_statement = debug5\n",
    });

  const before = await takeInventory(environment);
  const preview = await environment.operate("preview", "--diff");
  const [up, seen] = await watching(environment.journal, () => environment.operate("up", "--yes", "--debug"));
  if (up.code !== 0) throw new Error(`up ended with ${up.code}:\n${up.stdout}${up.stderr}`);
  const [state, { mig, passwords }] = await Promise.all([
    environment.exportState(),
    environment.outputs<{ mig: Omit<Outputs, "passwords">; passwords: { mig: Outputs["passwords"] } }>(),
  ]);
  return { environment, before, preview, up, seen, state, outputs: { ...mig, passwords: passwords.mig } };
}
