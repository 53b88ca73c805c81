/** @jest-environment ./tests/engine/support/real-process-environment.js */
import * as postgresql from "@pulumi/postgresql";
import * as rabbitmq from "@pulumi/rabbitmq";

import { createPostgresqlProvider } from "../../providers/postgresql";
import { createRabbitmqProvider } from "../../providers/rabbitmq";
import { TestStack } from "../engine/support/harness";
import { apiOf } from "../providers/rabbitmq/api";
import { startTestBroker, startTestDatabase, uniqueName } from "../support/servers";
import type { TestBroker, TestDatabase } from "../support/servers";

/** What the official engine and providers get wrong, on real servers (`docs/reference/differences.md`). */

let broker: TestBroker;
let database: TestDatabase;
const stacks: TestStack[] = [];

beforeAll(async () => {
  [broker, database] = await Promise.all([startTestBroker(), startTestDatabase()]);
});
afterAll(async () => {
  for (const stack of stacks) await stack.destroy();
});

function newStack(): TestStack {
  const stack = new TestStack();
  stack.request = {
    providers: new Map([
      ["rabbitmq", createRabbitmqProvider],
      ["postgresql", createPostgresqlProvider],
    ]),
  };
  stacks.push(stack);
  return stack;
}

function onBroker() {
  const { endpoint, username, password } = broker;
  return { provider: new rabbitmq.Provider("broker", { endpoint, username, password }) };
}

function onDatabase() {
  const { host, port, username, password } = database;
  const provider = new postgresql.Provider("database", { host, port, username, password, sslmode: "disable" });
  return { provider };
}

const role = uniqueName("hazard");
const renamed = uniqueName("hazard");
const databaseName = uniqueName("hazards");

function grants({ name = role, objects = ["t1"] }: { name?: string; objects?: string[] } = {}) {
  return () => {
    const opts = onDatabase();
    const made = new postgresql.Role("role", { name }, opts);
    const base = { database: databaseName, role: made.name, schema: "public", objectType: "table" };
    new postgresql.Grant("grant", { ...base, objects, privileges: ["SELECT"] }, opts);
  };
}

async function mayRead(name: string): Promise<unknown> {
  const [row] = await database.query<{ may: boolean }>(
    `SELECT has_table_privilege('${name}', 'public.t1', 'SELECT') AS may`,
    databaseName,
  );
  return row?.may;
}

describe("a grant on a real database", () => {
  let stack: TestStack;

  beforeAll(async () => {
    await database.query(`CREATE DATABASE ${databaseName}`);
    await database.query("CREATE TABLE public.t1 (id integer)", databaseName);
    stack = newStack();
    expect((await stack.up(grants())).errors).toEqual([]);
  });
  afterAll(async () => {
    await stack.destroy();
    await database.query(`DROP DATABASE ${databaseName}`);
  });

  it("whose replacement failed is there after the next update with the program of before, and stays", async () => {
    const failed = await stack.up(grants({ objects: ["nope"] }));
    expect(failed.failed).toBe(true);
    expect(await mayRead(role)).toBe(false);
    expect((await stack.up(grants())).errors).toEqual([]);
    expect(await mayRead(role)).toBe(true);
    expect((await stack.preview(grants(), { refresh: true })).changes).toEqual({ same: 4 });
  });

  it("follows the rename of its role, in one update and without anything left to delete", async () => {
    const result = await stack.up(grants({ name: renamed }));
    expect(result.errors).toEqual([]);
    expect(await mayRead(renamed)).toBe(true);
    expect(stack.snapshot.resources.filter((state) => state.delete)).toEqual([]);
    expect((await stack.preview(grants({ name: renamed }), { refresh: true })).changes).toEqual({ same: 4 });
  });
});

it("manages the permissions of a user whose name holds an @, up to their deletion", async () => {
  const stack = newStack();
  const name = `${uniqueName("svc")}@corp`;
  const program = (read: string) => () => {
    const opts = onBroker();
    const user = new rabbitmq.User("user", { name, password: "a password" }, opts);
    new rabbitmq.Permissions(
      "permissions",
      { user: user.name, vhost: "/", permissions: { configure: "", write: "", read } },
      opts,
    );
  };
  expect((await stack.up(program("^a$"))).errors).toEqual([]);
  expect((await stack.refresh()).changes).toEqual({ same: 4 });
  expect((await stack.up(program("^b$"))).changes).toEqual({ same: 3, update: 1 });
  expect(await apiOf(broker).get("permissions", "/", name)).toMatchObject({ read: "^b$" });
  expect((await stack.destroy()).failed).toBe(false);
  await expect(apiOf(broker).get("users", name)).rejects.toThrow("404");
});

it("refuses two resources that are the same permissions, by both names and before anything is made", async () => {
  const stack = newStack();
  const user = uniqueName("twice");
  const permissions = { configure: "", write: "", read: "" };
  const result = await stack.preview(() => {
    const opts = onBroker();
    new rabbitmq.Permissions("one", { user, vhost: "/", permissions }, opts);
    new rabbitmq.Permissions("two", { user, vhost: "/", permissions }, opts);
  });
  expect(result.errors).toEqual([expect.stringMatching(/::two and .*::one are the same object .*; declare it once/)]);
});

it("goes on after a deletion whose object somebody else has deleted", async () => {
  const stack = newStack();
  const vhost = uniqueName("gone");
  const program = () => void new rabbitmq.VHost("vhost", { name: vhost }, onBroker());
  await stack.up(program);
  await apiOf(broker).delete("vhosts", vhost);
  const removed = await stack.up(() => void onBroker());
  expect([removed.failed, removed.errors]).toEqual([false, []]);
  expect((await stack.up(() => void onBroker())).changes).toEqual({ same: 2 });
});
