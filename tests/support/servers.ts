import { randomBytes, randomInt } from "node:crypto";
import { mkdirSync } from "node:fs";
import * as path from "node:path";
import { Client } from "pg";

import type { CommandResult } from "../../lab/command";
import { endHosts, type ExecOptions, Host } from "../../lab/host";
import type { LabOptions } from "../../lab";
import { withLock } from "../../lab/lock";
import { POSTGRESQL_PORT, SUPERUSER, startPostgresql } from "../../lab/postgresql";
import { managementEndpoint, nodeName, startRabbitmq } from "../../lab/rabbitmq";
import { hostsDirectory, labsDirectory, testRun } from "./run";

export interface TestBroker {
  /** Of the management API, plain HTTP on a loopback address. */
  readonly endpoint: string;
  /** An administrator. */
  readonly username: string;
  readonly password: string;
  readonly node: string;
  readonly address: string;
  /** AMQP without TLS. */
  readonly amqpPort: number;
  /** Runs `rabbitmqctl` and gives its output; rejects when it fails. */
  ctl(...args: readonly string[]): Promise<string>;
  readonly host: Host;
}

export interface TestDatabase {
  readonly host: string;
  readonly port: number;
  /** A superuser. */
  readonly username: string;
  readonly password: string;
  /** The rows of one statement, in `postgres` or another database. */
  query<Row = Record<string, unknown>>(sql: string, database?: string): Promise<Row[]>;
  readonly server: Host;
}

export interface TestHost {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** Type and base64: `ssh-ed25519 AAAA…`. */
  readonly hostKey: string;
  /** OpenSSH format, unencrypted; opens every host of the run. */
  readonly privateKey: string;
  /** Runs a shell command as root on the host, past SSH. */
  exec(command: string, options?: ExecOptions): Promise<CommandResult>;
  /** As `exec`, for a command that has to succeed: gives its output. */
  run(command: string, options?: ExecOptions): Promise<string>;
  stop(): Promise<void>;
  /** After `stop`: as a reboot, with the same key and files. */
  start(): Promise<void>;
}

const BROKER = 1;
const DATABASE = 2;
const FIRST_HOST = 10;
const LAST_HOST = 254;
const START_LIMIT = 120_000;
/** Hosts of a fleet that are started together: each of them looks through all processes until it is up. */
const AT_ONCE = 20;

/** A name that no other test uses: vhosts, roles and databases are shared by all test files of a run. */
export function uniqueName(prefix: string): string {
  return `${prefix}_${randomBytes(5).toString("hex")}`;
}

/** The run's RabbitMQ, started by the first test file that asks. Keep to vhosts and users of your own. */
export async function startTestBroker(): Promise<TestBroker> {
  const { password, directory } = testRun();
  const host = testHost("broker", BROKER);
  const username = "admin";
  await withLock(path.join(directory, "broker.lock"), START_LIMIT, async () => {
    await host.start();
    await startRabbitmq(host, { username, password, plainAmqp: true });
  });
  return {
    endpoint: managementEndpoint(host),
    username,
    password,
    node: nodeName(host),
    address: host.address,
    amqpPort: 5672,
    ctl: (...args) => host.run(["rabbitmqctl", "--quiet", ...args].map(quote).join(" ")),
    host,
  };
}

/** The run's PostgreSQL, started by the first test file that asks. Keep to databases and roles of your own. */
export async function startTestDatabase(): Promise<TestDatabase> {
  const { password, directory } = testRun();
  const server = testHost("database", DATABASE);
  await withLock(path.join(directory, "database.lock"), START_LIMIT, async () => {
    await server.start();
    await startPostgresql(server, { password, durable: false });
  });
  const connection = { host: server.address, port: POSTGRESQL_PORT, user: SUPERUSER, password };
  return {
    host: server.address,
    port: POSTGRESQL_PORT,
    username: SUPERUSER,
    password,
    async query<Row>(sql: string, database = "postgres") {
      const client = new Client({ ...connection, database });
      await client.connect();
      try {
        return (await client.query(sql)).rows as Row[];
      } finally {
        await client.end();
      }
    },
    server,
  };
}

/** New SSH hosts `host1`, `host2`, … for the asking test alone. They end with the run; stop them when you have many. */
export async function startTestHosts(count: number): Promise<TestHost[]> {
  const hosts = Array.from({ length: count }, (_, index) => testHost(`host${index + 1}`, claimNumber()));
  return started(hosts);
}

/**
 * More hosts than a run has addresses for: `node1`, `node2`, … up to 250, on addresses of their own. `stop` ends all of
 * them together.
 */
export async function startTestFleet(count: number): Promise<{ hosts: TestHost[]; stop: () => Promise<void> }> {
  const { directory, subnet } = testLab("fleet");
  const { publicKey: authorizedKey } = testRun();
  const hosts = Array.from({ length: count }, (_, index) => {
    const name = `node${index + 1}`;
    return new Host({
      name,
      address: `${subnet}.${index + 1}`,
      directory: path.join(hostsDirectory(directory), name),
      authorizedKey,
    });
  });
  const all: TestHost[] = [];
  for (let i = 0; i < hosts.length; i += AT_ONCE) all.push(...(await started(hosts.slice(i, i + AT_ONCE))));
  return { hosts: all, stop: () => endHosts(hosts.map((host) => host.directory)) };
}

async function started(hosts: readonly Host[]): Promise<TestHost[]> {
  const { privateKey } = testRun();
  await Promise.all(hosts.map((host) => host.start()));
  return hosts.map((host) => ({
    name: host.name,
    address: host.address,
    port: host.port,
    user: "root",
    hostKey: host.hostKey,
    privateKey,
    exec: (command, options) => host.exec(command, options),
    run: (command, options) => host.run(command, options),
    stop: () => host.stop(),
    start: () => host.start(),
  }));
}

/** Where a lab of a test goes, for `labUp`: it ends with the run, whatever becomes of the test. */
export function testLab(name: string): LabOptions {
  const subnet = `127.${randomInt(11, 63)}.${randomInt(1, 254)}`;
  return { name, subnet, directory: path.join(labsDirectory(testRun().directory), uniqueName(name)) };
}

function folder(number: number): string {
  return path.join(hostsDirectory(testRun().directory), String(number));
}

/** The last part of an address: what is claimed is the folder of that name. */
function claimNumber(): number {
  mkdirSync(hostsDirectory(testRun().directory), { recursive: true, mode: 0o700 });
  for (let number = FIRST_HOST; number <= LAST_HOST; number++) {
    try {
      mkdirSync(folder(number), { mode: 0o700 });
      return number;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
  throw new Error(`A test run has addresses for ${LAST_HOST - FIRST_HOST + 1} hosts, and all are in use.`);
}

function testHost(name: string, number: number): Host {
  const { network, publicKey } = testRun();
  return new Host({ name, address: `${network}.${number}`, directory: folder(number), authorizedKey: publicKey });
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
