import type { Host } from "./host";
import { findFreePort, isPortFree } from "./ports";

export interface RabbitmqOptions {
  /** The operator's account, made when the broker is new. */
  readonly username: string;
  readonly password: string;
  /** Whether AMQP without TLS is offered, on port 5672 of the host's address. @default false */
  readonly plainAmqp?: boolean;
  /** For one that can join others of this machine, or be joined. @default it is kept to itself */
  readonly cluster?: ClusterOptions | undefined;
}

/** One epmd serves all nodes: it has no more than one on loopback, where nodes register, whatever else it listens on. */
export interface ClusterOptions {
  readonly epmd: number;
  /** Of every host. */
  readonly addresses: readonly string[];
}

export const MANAGEMENT_PORT = 15672;

/** Of Erlang: its schedulers spin when they have nothing to do, which several nodes on few processors cannot afford. */
const SPARING = "+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none";

const ENVIRONMENT_FILE = "/etc/rabbitmq/rabbitmq-env.conf";

/** The management API of a host's broker. */
export function managementEndpoint(host: Host): string {
  return `http://${host.address}:${MANAGEMENT_PORT}`;
}

/** The node's name as `rabbitmqctl --node` takes it. The first part has to differ where one epmd knows several. */
export function nodeName(host: Host, cluster?: ClusterOptions): string {
  return `${cluster === undefined ? "rabbit" : host.name}@${host.name}`;
}

/**
 * Starts the broker of a host at its usual paths, listening on the host's own address, and returns when it answers to
 * the operator. A new broker has the account `guest`, as RabbitMQ makes it, and the operator's; its configuration is
 * written once and left to whoever changes it afterwards.
 */
export async function startRabbitmq(host: Host, options: RabbitmqOptions): Promise<void> {
  await host.run(
    writeFile(ENVIRONMENT_FILE, environment(host, await brokerPorts(host, options.cluster), options.cluster)),
  );
  await host.run(
    [
      writeFileOnce("/etc/rabbitmq/rabbitmq.conf", configuration(host, options)),
      writeFileOnce("/etc/rabbitmq/advanced.config", "[].\n"),
      writeFileOnce("/etc/rabbitmq/enabled_plugins", "[rabbitmq_management].\n"),
      "/usr/local/lib/groundwork/service start rabbitmq-server",
    ].join("\n"),
    { timeout: 90_000 },
  );
  await ensureOperator(host, options);
}

/** Stops the broker in good order; nothing happens when it or the host is down. */
export async function stopRabbitmq(host: Host): Promise<void> {
  if (host.firstProcess() === undefined) return;
  await host.exec("/usr/local/lib/groundwork/service stop rabbitmq-server");
}

/** Whether the broker answers to the operator. */
export async function isRabbitmqReady(host: Host, options: RabbitmqOptions): Promise<boolean> {
  return logsIn(host, options.username, options.password).catch(() => false);
}

function configuration(host: Host, options: RabbitmqOptions): string {
  return [
    options.plainAmqp ? `listeners.tcp.1 = ${host.address}:5672` : "listeners.tcp = none",
    `management.tcp.ip = ${host.address}`,
    `management.tcp.port = ${MANAGEMENT_PORT}`,
    "",
  ].join("\n");
}

/**
 * Keeps the node, its command-line tools and epmd to the host's address. Two of their ports have to be the broker's own
 * where several run: epmd listens on 127.0.0.1 as well whatever it is told, and the node refuses a distribution port
 * that is taken at any address.
 */
function environment(host: Host, ports: BrokerPorts, cluster?: ClusterOptions): string {
  const flags = `${SPARING} -kernel inet_dist_use_interface {${host.address.split(".").join(",")}}`;
  return [
    `NODENAME=${nodeName(host, cluster)}`,
    `DIST_PORT=${ports.distribution}`,
    `SERVER_ADDITIONAL_ERL_ARGS="${flags}"`,
    `CTL_ERL_ARGS="${flags}"`,
    `export ERL_EPMD_ADDRESS=${(cluster?.addresses ?? [host.address]).join(",")}`,
    `export ERL_EPMD_PORT=${ports.epmd}`,
    "# A crash dump would hold passwords.",
    "export ERL_CRASH_DUMP_SECONDS=0",
    "",
  ].join("\n");
}

interface BrokerPorts {
  readonly distribution: number;
  readonly epmd: number;
}

/** Those it had before, as long as nobody else has taken them. */
async function brokerPorts(host: Host, cluster?: ClusterOptions): Promise<BrokerPorts> {
  if (cluster !== undefined) return { distribution: await findFreePort(), epmd: cluster.epmd };
  const { stdout } = await host.exec(
    `cat ${ENVIRONMENT_FILE} 2>/dev/null; ! pidof epmd beam.smp >/dev/null || echo running`,
  );
  const known = (name: string) => Number(new RegExp(`${name}=(\\d+)`).exec(stdout)?.[1] ?? 0);
  const ports = { distribution: known("DIST_PORT"), epmd: known("ERL_EPMD_PORT") };
  const isFree = async (port: number) => port !== 0 && (await isPortFree(port, "0.0.0.0"));
  const isUsable = /^running$/m.test(stdout) || ((await isFree(ports.distribution)) && (await isFree(ports.epmd)));
  return isUsable ? ports : findFreeBrokerPorts();
}

async function findFreeBrokerPorts(): Promise<BrokerPorts> {
  const distribution = await findFreePort();
  const epmd = await findFreePort();
  return epmd === distribution ? findFreeBrokerPorts() : { distribution, epmd };
}

function writeFile(file: string, content: string): string {
  return `cat >${file} <<'END'\n${content}END`;
}

function writeFileOnce(file: string, content: string): string {
  return `[ -e ${file} ] || ${writeFile(file, content)}`;
}

/** Makes the operator's account by means of the one that RabbitMQ brings along. */
async function ensureOperator(host: Host, { username, password }: RabbitmqOptions): Promise<void> {
  if (await logsIn(host, username, password)) return;
  const response = await request(host, "guest", "guest", `/api/users/${encodeURIComponent(username)}`, {
    method: "PUT",
    body: JSON.stringify({ password, tags: "administrator" }),
  });
  if (!response.ok) {
    throw new Error(
      `RabbitMQ on ${host.name} accepts neither the operator ${username} nor guest (HTTP ${response.status}): ` +
        "reset the lab, or set the operator's password with rabbitmqctl change_password on the host.",
    );
  }
}

async function logsIn(host: Host, username: string, password: string): Promise<boolean> {
  const response = await request(host, username, password, "/api/whoami");
  if (response.ok || response.status === 401) return response.ok;
  throw new Error(`The management API of RabbitMQ on ${host.name} answers HTTP ${response.status}.`);
}

async function request(host: Host, username: string, password: string, path: string, init: RequestInit = {}) {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  const headers = { authorization, "content-type": "application/json" };
  const endpoint = managementEndpoint(host);
  try {
    const response = await fetch(endpoint + path, { ...init, headers, signal: AbortSignal.timeout(10_000) });
    await response.arrayBuffer();
    return response;
  } catch (error) {
    // What fetch says names neither the server nor the reason; its cause has that.
    const { message, cause } = error as Error;
    const reason = cause instanceof Error ? cause.message : message;
    throw new Error(`RabbitMQ on ${host.name} does not answer at ${endpoint}: ${reason}. See groundwork lab status.`);
  }
}
