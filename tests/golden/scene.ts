import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, connect } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { TestProject } from "../cli/project";
import type { Finished } from "../cli/project";
import { startTestBroker, startTestDatabase } from "../support/servers";
import { apiOf } from "../providers/rabbitmq/api";
import type { TestBroker, TestDatabase } from "../support/servers";
import { PROGRAM } from "./recordings";

/** Where the recordings were made. */
const RECORDED = { broker: "127.0.0.1:25680", databasePort: "54329", password: "adminpw" };

/** The names that the recorded program gives, in any of its variants. */
const MADE = {
  users: ["alice", "alice2", "bob"],
  vhosts: ["peer"],
  roles: ["app_login", "app_rw"],
  databases: ["peerdb"],
};
const TEMPLATE = "peertpl";

/** The recorded program on real servers of this run. */
export class Scene {
  project!: TestProject;
  private constructor(
    readonly broker: TestBroker,
    readonly database: TestDatabase,
    private readonly gate: Gate,
  ) {}

  static async open(): Promise<Scene> {
    const [broker, database] = await Promise.all([startTestBroker(), startTestDatabase()]);
    const scene = new Scene(broker, database, await Gate.to(broker));
    await scene.clear();
    await database.query(`CREATE DATABASE ${TEMPLATE}`);
    await database.query("CREATE TABLE public.t1 (id integer)", TEMPLATE);
    const folder = mkdtempSync(join(tmpdir(), "groundwork-golden-"));
    const main = { name: "peerprog", private: true, main: "index.ts" };
    writeFileSync(join(folder, "package.json"), JSON.stringify(main));
    writeFileSync(
      join(folder, "Pulumi.yaml"),
      "name: peerprog\nruntime:\n  name: nodejs\ndescription: the recorded program\n",
    );
    writeFileSync(join(folder, "index.ts"), "");
    scene.project = await TestProject.withStack(folder);
    rmSync(folder, { recursive: true });
    return scene;
  }

  /** Writes the program, each change a text and what stands in its place: no line of it moves. */
  program(...changes: readonly (readonly [string, string])[]): void {
    const { database, broker } = this;
    const places = [
      [RECORDED.broker, this.gate.address],
      [`port: ${RECORDED.databasePort}`, `port: ${database.port}`],
      ['host: "127.0.0.1"', `host: "${database.host}"`],
      [`"${RECORDED.password}"`, `"${broker.password}"`],
    ] as const;
    const text = [...places, ...changes].reduce((all, [from, to]) => {
      if (!all.includes(from)) throw new Error(`the recorded program does not say ${from}`);
      return all.replaceAll(from, to);
    }, PROGRAM);
    writeFileSync(join(this.project.folder, "index.ts"), text);
  }

  /** Runs the command; its output names the servers as the recordings do. */
  async run(...args: readonly string[]): Promise<Finished> {
    return this.recorded(await this.project.run(args));
  }

  /** The same in a copy of the project, for what changes nothing and may run at the same time. */
  async aside(...args: readonly string[]): Promise<Finished> {
    const copy = this.project.copy();
    try {
      return this.recorded(await copy.run(args));
    } finally {
      copy.dispose();
    }
  }

  private recorded(finished: Finished): Finished {
    const { database, gate } = this;
    const stdout = finished.stdout
      .replaceAll(gate.address, RECORDED.broker)
      .replaceAll(database.password, RECORDED.password)
      .replaceAll(`"${database.host}"`, '"127.0.0.1"')
      .replaceAll(`"port": "${database.port}"`, `"port": "${RECORDED.databasePort}"`)
      .replaceAll(`"port":"${database.port}"`, `"port":"${RECORDED.databasePort}"`);
    return { ...finished, stdout };
  }

  /** Takes the broker away, as far as the program can see. */
  async withoutBroker<T>(work: () => Promise<T>): Promise<T> {
    await this.gate.shut();
    try {
      return await work();
    } finally {
      await this.gate.open();
    }
  }

  /** What there still is of all that the program makes. */
  async left(): Promise<Readonly<Record<"users" | "vhosts" | "roles" | "databases", readonly string[]>>> {
    const { broker, database } = this;
    const api = apiOf(broker);
    const names = (list: readonly { readonly name: string }[], made: readonly string[]) =>
      list.map(({ name }) => name).filter((name) => made.includes(name));
    return {
      users: names(await api.get("users"), MADE.users),
      vhosts: names(await api.get("vhosts"), MADE.vhosts),
      roles: names(await database.query("SELECT rolname AS name FROM pg_roles"), MADE.roles),
      databases: names(await database.query("SELECT datname AS name FROM pg_database"), MADE.databases),
    };
  }

  async close(): Promise<void> {
    this.project.dispose();
    await this.gate.shut();
    await this.clear();
  }

  private async clear(): Promise<void> {
    const { broker, database } = this;
    const left = await this.left();
    for (const vhost of left.vhosts) await broker.ctl("delete_vhost", vhost);
    for (const user of left.users) await broker.ctl("delete_user", user);
    for (const name of [...left.databases, TEMPLATE]) await database.query(`DROP DATABASE IF EXISTS ${name}`);
    for (const role of left.roles) await database.query(`DROP ROLE ${role}`);
  }
}

/** A port of this process that leads to the broker's management API until it is shut. */
class Gate {
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();
  private port = 0;

  private constructor(
    private readonly host: string,
    private readonly target: number,
  ) {}

  static async to(broker: TestBroker): Promise<Gate> {
    const { hostname, port } = new URL(broker.endpoint);
    const gate = new Gate(hostname, Number(port));
    await gate.open();
    return gate;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  async open(): Promise<void> {
    const server = createServer((socket) => {
      const onward = connect(this.target, this.host);
      for (const each of [socket, onward]) {
        this.sockets.add(each);
        each.on("error", () => undefined).on("close", () => this.sockets.delete(each));
      }
      socket.pipe(onward).pipe(socket);
    });
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(this.port, "127.0.0.1", resolve);
    });
    this.port = (server.address() as AddressInfo).port;
  }

  async shut(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server?.close(resolve) ?? resolve(undefined));
    this.server = undefined;
  }
}
