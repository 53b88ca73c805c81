import { writeFile, mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { PropertyMap } from "../../../providers/base/values";
import { createPostgresqlProvider } from "../../../providers/postgresql";
import { startTestDatabase, uniqueName, type TestDatabase } from "../../support/servers";
import { Engine } from "./support";

const PROVIDER = {
  urn: "urn:pulumi:test::test::pulumi:providers:postgresql::it",
  type: "pulumi:providers:postgresql",
  name: "it",
};

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((listening) => server.once("listening", listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** The same server behind a door that answers the request for TLS with no. */
async function withoutTls(server: TestDatabase): Promise<Server> {
  const door = createServer((client) => {
    const behind = connect(server.port, server.host);
    for (const socket of [client, behind]) socket.on("error", () => undefined);
    client.once("data", (first) => {
      const asksForTls = first.length === 8 && first.readInt32BE(4) === 80877103;
      if (asksForTls) client.write("N");
      else behind.write(first);
      client.pipe(behind).pipe(client);
    });
  }).listen(0, "127.0.0.1");
  await new Promise((listening) => door.once("listening", listening));
  return door;
}

describe("the provider's connection", () => {
  let server: TestDatabase;
  let directory: string;
  let certificate: string;

  beforeAll(async () => {
    server = await startTestDatabase();
    directory = await mkdtemp(join(tmpdir(), "postgresql-connection-"));
    certificate = join(directory, "root.crt");
    await writeFile(certificate, await server.server.run("cat /etc/postgresql/*/main/ssl-cert-snakeoil.pem"));
  }, 120_000);

  afterAll(() => rm(directory, { recursive: true }));

  async function createsRole(config: PropertyMap): Promise<void> {
    const engine = await Engine.on(server, config);
    try {
      await engine.delete(await engine.create("role", { name: uniqueName("role") }));
    } finally {
      await engine.close();
    }
  }

  test.each(["disable", "allow", "prefer", "require"])("works with sslmode %s", (sslmode) => createsRole({ sslmode }));

  test("verify-ca accepts the given root and no other, verify-full also wants the name", async () => {
    await createsRole({ sslmode: "verify-ca", sslrootcert: certificate });
    await expect(createsRole({ sslmode: "verify-ca" })).rejects.toThrow(/self-signed certificate/);
    await expect(createsRole({ sslmode: "verify-full", sslrootcert: certificate })).rejects.toThrow(
      /does not match certificate/,
    );
  });

  test("prefer does without TLS where the server has none, require does not", async () => {
    const plain = await withoutTls(server);
    try {
      const { port } = plain.address() as AddressInfo;
      const engine = await Engine.on(server, { host: "127.0.0.1", port, sslmode: "prefer" });
      const names = Array.from({ length: 6 }, () => uniqueName("role"));
      const roles = await Promise.all(names.map((name) => engine.create("role", { name })));
      await Promise.all(roles.map((role) => engine.refresh(role)));
      await Promise.all(roles.map((role) => engine.delete(role)));
      await engine.close();
      await expect(createsRole({ host: "127.0.0.1", port, sslmode: "require" })).rejects.toThrow(
        /does not support SSL/,
      );
    } finally {
      plain.close();
    }
  });

  test("a server that is down is named with what to do", async () => {
    const port = await closedPort();
    await expect(createsRole({ host: "127.0.0.1", port })).rejects.toThrow(
      new RegExp(`cannot create role .*PostgreSQL 127.0.0.1:${port}, database "postgres".*see that the server runs`),
    );
  });

  test("a wrong password is named and not shown", async () => {
    const failed = createsRole({ password: "wrong-one-of-these" });
    await expect(failed).rejects.toThrow(/password authentication failed.*correct `username` and `password`/);
    await expect(failed).rejects.not.toThrow(/wrong-one/);
  });

  test("a server that takes connections and does not answer is waited for once, and then named at once", async () => {
    let asked = 0;
    const sockets: Socket[] = [];
    const mute = createServer((socket) => {
      asked++;
      sockets.push(socket);
    }).listen(0, "127.0.0.1");
    await new Promise((listening) => mute.once("listening", listening));
    const { port } = mute.address() as AddressInfo;
    const engine = await Engine.on(server, { host: "127.0.0.1", port, connectTimeout: 1, sslmode: "prefer" });
    for (const name of [uniqueName("role"), uniqueName("role")]) {
      await expect(engine.create("role", { name })).rejects.toThrow(/connection timeout; see that the server runs/);
    }
    expect(asked).toBe(1);
    await engine.close();
    for (const socket of sockets) socket.destroy();
    await new Promise((closed) => mute.close(closed));
  });

  test("a missing database is named", async () => {
    await expect(createsRole({ database: "no_such_database" })).rejects.toThrow(/create the database first/);
  });

  test.each([
    [{ scheme: "awspostgres" }, "scheme"],
    [{ scheme: "gcppostgres" }, "scheme"],
    [{ azureIdentityAuth: "true" }, "azureIdentityAuth"],
    [{ awsRdsIamAuth: "true" }, "awsRdsIamAuth"],
    [{ gcpIamImpersonateServiceAccount: "someone" }, "gcpIamImpersonateServiceAccount"],
  ])("%j is refused by name", async (config, property) => {
    const { failures } = await createPostgresqlProvider().checkConfig({ ...PROVIDER, inputs: config });
    expect(failures).toMatchObject([{ property, reason: expect.stringContaining("not supported") as string }]);
  });

  test("never has more connections to a database than maxConnections", async () => {
    const database = uniqueName("db");
    await server.query(`CREATE DATABASE ${database} TEMPLATE template0`);
    const engine = await Engine.on(server, { maxConnections: 2, database });
    const names = Array.from({ length: 8 }, () => uniqueName("role"));
    const roles = await Promise.all(names.map((name) => engine.create("role", { name })));
    await Promise.all(roles.map((role) => engine.refresh(role)));
    const open = await server.query(`SELECT count(*)::int FROM pg_stat_activity WHERE datname = '${database}'`);
    expect(open).toEqual([{ count: 2 }]);
    await Promise.all(roles.map((role) => engine.delete(role)));
    await engine.close();
    await server.query(`DROP DATABASE ${database}`);
  });

  test("configuration that the program leaves out comes from libpq's environment", async () => {
    const set = {
      PGHOST: server.host,
      PGPORT: String(server.port),
      PGUSER: server.username,
      PGPASSWORD: server.password,
    };
    const before = { ...process.env };
    Object.assign(process.env, set, { PGSSLMODE: "disable" });
    try {
      const provider = createPostgresqlProvider();
      await provider.configure({});
      const { result } = await provider.invoke({
        token: "postgresql:index/getTables:getTables",
        args: { database: "postgres", schemas: ["no_such_schema"] },
      });
      expect(result.tables).toEqual([]);
      await provider.close();
    } finally {
      process.env = before;
    }
  });
});
