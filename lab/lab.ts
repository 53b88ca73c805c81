import { mkdirSync, readdirSync, rmSync, existsSync } from "node:fs";
import * as path from "node:path";

import {
  authorizedKey,
  BROKER_OPERATOR,
  DATABASE_OPERATOR,
  type LabFacts,
  labSecrets,
  type LabSecrets,
  readLabFacts,
  writeLabFacts,
} from "./facts";
import { endHosts, Host, requireHostSupport } from "./host";
import { withLock } from "./lock";
import { isPostgresqlReady, POSTGRESQL_PORT, postgresqlVersion, startPostgresql, stopPostgresql } from "./postgresql";
import { findFreePort } from "./ports";
import { type ClusterOptions, isRabbitmqReady, managementEndpoint, startRabbitmq, stopRabbitmq } from "./rabbitmq";

export interface LabOptions {
  /** Names the lab to people. */
  readonly name: string;
  /** All that the lab keeps is in here. */
  readonly directory: string;
  /** The first three numbers of its addresses, in 127.0.0.0/8: `127.10.0`. */
  readonly subnet: string;
  /** Hosts with a broker of their own beside relay1, for a cluster of all of them. @default none */
  readonly moreBrokers?: readonly string[];
}

export interface LabUpOptions extends LabOptions {
  /** Told what is being done, a line each. */
  readonly progress?: (line: string) => void;
}

export interface LabUpResult {
  readonly facts: LabFacts;
  /** False when everything ran already. */
  readonly started: boolean;
}

export type LabServer = "RabbitMQ" | "PostgreSQL";

export interface HostStatus {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** Whether it answers as an SSH server. */
  readonly up: boolean;
  readonly server?: { readonly name: LabServer; readonly at: string; readonly up: boolean };
}

/** The machines of a lab, by the last number of their addresses. */
const HOSTS: readonly { readonly name: string; readonly number: number; readonly server?: LabServer }[] = [
  { name: "relay1", number: 11, server: "RabbitMQ" },
  { name: "db1", number: 12, server: "PostgreSQL" },
  { name: "api1", number: 13 },
  { name: "agent1", number: 21 },
  { name: "agent2", number: 22 },
  { name: "agent3", number: 23 },
];

const LOCK_LIMIT = 180_000;

/** Brings every host and server of the lab up that is not, with what it kept from before; makes a new lab first. */
export function labUp(options: LabUpOptions): Promise<LabUpResult> {
  const { directory, subnet, name, progress = () => undefined } = options;
  requireHostSupport();
  requireLoopback(subnet);
  return locked(directory, async () => {
    const known = readLabFacts(directory);
    if (known !== undefined && known.subnet !== subnet) {
      throw new Error(`The lab in ${directory} has addresses in ${known.subnet}, not ${subnet}: reset it to move it.`);
    }
    const secrets = labSecrets(known);
    const hosts = labHosts(directory, subnet, secrets);
    // Written before anything starts: no server ever has a secret that is lost with this process.
    for (const host of hosts.values()) host.prepare();
    const facts = describe(name, subnet, hosts, secrets, await postgresqlVersion());
    if (JSON.stringify(known) !== JSON.stringify(facts)) writeLabFacts(directory, facts);

    const down = [];
    for (const host of hosts.values()) if (!(await host.alive())) down.push(host);
    if (down.length > 0) progress(`starting ${down.map((host) => host.name).join(", ")}`);
    await Promise.all(down.map((host) => host.start()));
    if (down.some((host) => host.forgetful)) {
      progress(`${directory} is on a file system that holds no overlays: what is placed on a host ends with it`);
    }
    const started = await Promise.all([
      ...(await brokerHosts(hosts, options)).map(({ host, cluster }) => startBroker(host, secrets, progress, cluster)),
      startDatabase(hostOf(hosts, "PostgreSQL"), secrets, progress),
    ]);
    return { facts, started: down.length > 0 || started.includes(true) };
  });
}

/** Stops the servers in good order, then the hosts. What they kept stays. Gives the number of hosts that ran. */
export function labDown(directory: string): Promise<number> {
  return locked(directory, () => stopAll(directory));
}

/** Takes the lab down and forgets everything that it kept, its keys and passwords too. */
export function labReset(directory: string): Promise<void> {
  return locked(directory, async () => {
    await stopAll(directory);
    rmSync(directory, { recursive: true, force: true });
  });
}

/** `undefined` when there is no lab in this folder. */
export async function labStatus(directory: string): Promise<HostStatus[] | undefined> {
  const facts = readLabFacts(directory);
  if (facts === undefined) return undefined;
  const hosts = labHosts(directory, facts.subnet, labSecrets(facts));
  return Promise.all(
    HOSTS.map(async ({ name, server }) => {
      const host = hosts.get(name);
      if (host === undefined) throw new Error(`The lab in ${directory} has no host ${name}.`);
      const { address, port } = host;
      const status = { name, address, port, up: await host.alive() };
      return server === undefined ? status : { ...status, server: await serverStatus(server, host, facts) };
    }),
  );
}

/**
 * Runs a command on a host of the lab, or a shell there, on this process's own terminal; gives the exit code.
 *
 * @throws when there is no such lab or host, or it is down
 */
export async function labExec(directory: string, name: string, command?: string): Promise<number> {
  const facts = readLabFacts(directory);
  if (facts === undefined) throw new Error(`There is no lab in ${directory}: make it with groundwork lab up.`);
  const hosts = labHosts(directory, facts.subnet, labSecrets(facts));
  const host = hosts.get(name);
  if (host === undefined) throw new Error(`The lab has no host ${name}: it has ${[...hosts.keys()].join(", ")}.`);
  return host.attach(command);
}

async function serverStatus(name: LabServer, host: Host, facts: LabFacts) {
  switch (name) {
    case "RabbitMQ": {
      const { endpoint, username, password } = facts.broker;
      return { name, at: endpoint, up: await isRabbitmqReady(host, { username, password }) };
    }
    case "PostgreSQL": {
      const { host: address, port, password } = facts.database;
      return { name, at: `${address}:${port}`, up: await isPostgresqlReady(host, { password }) };
    }
  }
}

async function brokerHosts(hosts: ReadonlyMap<string, Host>, { moreBrokers = [] }: LabOptions) {
  const first = hostOf(hosts, "RabbitMQ");
  if (moreBrokers.length === 0) return [{ host: first, cluster: undefined }];
  const all = [first, ...[...hosts.values()].filter(({ name }) => moreBrokers.includes(name))];
  const cluster = { epmd: await findFreePort(), addresses: all.map(({ address }) => address) };
  return all.map((host) => ({ host, cluster }));
}

async function startBroker(
  host: Host,
  secrets: LabSecrets,
  progress: (line: string) => void,
  cluster?: ClusterOptions,
): Promise<boolean> {
  const options = { username: BROKER_OPERATOR, password: secrets.brokerPassword, cluster };
  if (await isRabbitmqReady(host, options)) return false;
  progress(`starting RabbitMQ on ${host.name} (${managementEndpoint(host)})`);
  await startRabbitmq(host, options);
  return true;
}

async function startDatabase(host: Host, secrets: LabSecrets, progress: (line: string) => void): Promise<boolean> {
  const options = { password: secrets.databasePassword };
  if (await isPostgresqlReady(host, options)) return false;
  progress(`starting PostgreSQL on ${host.name} (${host.address}:${POSTGRESQL_PORT})`);
  await startPostgresql(host, options);
  return true;
}

async function stopAll(directory: string): Promise<number> {
  const folder = hostsFolder(directory);
  const directories = existsSync(folder) ? readdirSync(folder).map((name) => path.join(folder, name)) : [];
  const facts = readFacts(directory);
  const hosts = facts === undefined ? [] : [...labHosts(directory, facts.subnet, labSecrets(facts)).values()];
  const running = hosts.filter((host) => host.firstProcess() !== undefined).length;
  for (const host of hosts) if (running > 0) await stopServer(host);
  await endHosts(directories);
  return running;
}

/** A lab whose file is damaged can still be taken down: by the folders of its hosts. */
function readFacts(directory: string): LabFacts | undefined {
  try {
    return readLabFacts(directory);
  } catch {
    return undefined;
  }
}

async function stopServer(host: Host): Promise<void> {
  const server = HOSTS.find(({ name }) => name === host.name)?.server;
  switch (server) {
    case "RabbitMQ":
      return stopRabbitmq(host);
    case "PostgreSQL":
      return stopPostgresql(host);
    case undefined:
      return;
  }
}

function describe(
  name: string,
  subnet: string,
  hosts: ReadonlyMap<string, Host>,
  secrets: LabSecrets,
  version: string,
): LabFacts {
  const relay = hostOf(hosts, "RabbitMQ");
  return {
    name,
    subnet,
    ssh: secrets.ssh,
    hosts: Object.fromEntries([...hosts].map(([key, { address, port, hostKey }]) => [key, { address, port, hostKey }])),
    broker: {
      endpoint: managementEndpoint(relay),
      username: BROKER_OPERATOR,
      password: secrets.brokerPassword,
      host: relay.name,
    },
    database: {
      host: hostOf(hosts, "PostgreSQL").address,
      port: POSTGRESQL_PORT,
      username: DATABASE_OPERATOR,
      password: secrets.databasePassword,
      version,
    },
  };
}

function labHosts(directory: string, subnet: string, secrets: LabSecrets): Map<string, Host> {
  const peers = HOSTS.map(({ name, number }) => ({ name, address: `${subnet}.${number}` }));
  const key = authorizedKey(secrets.ssh.privateKey);
  return new Map(
    peers.map(({ name, address }) => [
      name,
      new Host({ name, address, directory: path.join(hostsFolder(directory), name), authorizedKey: key, peers }),
    ]),
  );
}

function hostOf(hosts: ReadonlyMap<string, Host>, server: LabServer): Host {
  const name = HOSTS.find((host) => host.server === server)?.name ?? "";
  const host = hosts.get(name);
  if (host === undefined) throw new Error(`The lab has no host that runs ${server}.`);
  return host;
}

function hostsFolder(directory: string): string {
  return path.join(directory, "hosts");
}

function requireLoopback(subnet: string): void {
  const numbers = subnet.split(".").map(Number);
  const valid = numbers.length === 3 && numbers.every((n) => Number.isInteger(n) && n >= 0 && n <= 255);
  if (!valid || numbers[0] !== 127) {
    throw new Error(`The lab's subnet is "${subnet}": give three numbers that begin with 127, as in 127.10.0.`);
  }
}

/** The lock lies beside the folder, so that it outlives a reset. */
function locked<T>(directory: string, work: () => Promise<T>): Promise<T> {
  const folder = path.resolve(directory);
  mkdirSync(path.dirname(folder), { recursive: true, mode: 0o700 });
  return withLock(`${folder}.lock`, LOCK_LIMIT, work);
}
