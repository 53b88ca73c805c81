import { Client } from "pg";

import { startTestDatabase, uniqueName, type TestDatabase } from "../../support/servers";
import { allowLogins, Engine, logged, shown, type Managed } from "./support";

describe("roles on a real server", () => {
  const name = uniqueName("role");
  const group = uniqueName("group");
  const other = uniqueName("group");
  let server: TestDatabase;
  let engine: Engine;

  beforeAll(async () => {
    server = await startTestDatabase();
    engine = await Engine.on(server);
    await server.query(`CREATE ROLE ${group}; CREATE ROLE ${other}`);
  }, 120_000);

  afterEach(async () => {
    for (const role of [name, `${name}_new`]) await server.query(`DROP ROLE IF EXISTS "${role}"`);
  });

  afterAll(async () => {
    await engine.close();
    await server.query(`DROP ROLE ${group}; DROP ROLE ${other}`);
  });

  const live = async (role = name) =>
    (await server.query(`SELECT * FROM pg_authid WHERE rolname = '${role}'`))[0] as Record<string, unknown>;

  test("every attribute is created, read back and changed in place", async () => {
    const declared = {
      name,
      login: true,
      inherit: false,
      createDatabase: true,
      createRole: true,
      replication: true,
      bypassRowLevelSecurity: true,
      connectionLimit: 3,
      validUntil: "2040-01-02T03:04:05Z",
      searchPaths: ["app", "$user", 'odd"one'],
      statementTimeout: 5000,
      idleInTransactionSessionTimeout: 7000,
      assumeRole: group,
      roles: [group],
    };
    const created = await engine.create("role", declared);
    expect(shown(created)).toMatchObject({ ...declared, validUntil: "2040-01-02 03:04:05+00" });
    expect(await engine.drift(created, declared)).toEqual({});

    const changed = {
      name,
      login: false,
      superuser: true,
      connectionLimit: 9,
      searchPaths: ["app"],
      roles: [other],
    };
    const updated = await engine.update(created, changed);
    expect(shown(updated)).toMatchObject({
      ...changed,
      inherit: true,
      createDatabase: false,
      validUntil: "infinity",
      statementTimeout: 0,
      assumeRole: "",
    });
    expect(await engine.drift(updated, changed)).toEqual({});
    await engine.delete(updated);
    expect(await engine.refresh(updated)).toBeUndefined();
    await engine.delete(updated);
  });

  test("a role is renamed in place and found by its new name", async () => {
    const created = await engine.create("role", { name, login: true, password: "a secret of its own" });
    const renamed = await engine.update(created, { name: `${name}_new`, login: true, password: "a secret of its own" });
    expect(shown(await engine.refresh(renamed))).toMatchObject({ name: `${name}_new`, login: true });
    await engine.delete(renamed);
    expect(await live(`${name}_new`)).toBeUndefined();
  });

  test.each([
    ["connectionLimit", "CONNECTION LIMIT 9", { connectionLimit: "update" }],
    ["createDatabase", "CREATEDB", { createDatabase: "update" }],
    ["login", "NOLOGIN", { login: "update" }],
    ["searchPaths", "SET search_path TO elsewhere", { searchPaths: "delete" }],
    ["statementTimeout", "SET statement_timeout TO '5s'", { statementTimeout: "delete" }],
    ["assumeRole", `SET role TO ${group}`, { assumeRole: "delete" }],
  ])("a changed %s is drift, which an update repairs", async (_, alteration, found) => {
    const declared = { name, login: true, connectionLimit: 5 };
    const created = await engine.create("role", declared);
    await server.query(`ALTER ROLE ${name} ${alteration}`);
    const drifted = (await engine.refresh(created)) as Managed;
    expect(await engine.drift(created, declared)).toEqual(found);
    const repaired = await engine.update(drifted, declared);
    expect(await engine.drift(repaired, declared)).toEqual({});
  });

  test("a membership by another resource stays when an attribute changes, and goes once a refresh has seen it", async () => {
    const created = await engine.create("role", { name });
    expect(shown(created)).toMatchObject({ roles: null, searchPaths: null });
    await server.query(`GRANT ${group} TO ${name}`);
    const updated = await engine.update(created, { name, connectionLimit: 4 });
    expect(shown(updated)).toMatchObject({ roles: [group] });
    expect(await engine.drift(updated, { name, connectionLimit: 4 })).toEqual({ roles: "delete" });
    expect(shown(await engine.update(updated, { name, connectionLimit: 4 }))).toMatchObject({ connectionLimit: 4 });
    expect(await server.query(`SELECT 1 FROM pg_auth_members WHERE member = '${name}'::regrole`)).toEqual([]);
  });

  test("a deleted role's objects go to the operator", async () => {
    const created = await engine.create("role", { name });
    await server.query(`CREATE TABLE public.${name} (id int); ALTER TABLE public.${name} OWNER TO ${name}`);
    await engine.delete(created);
    expect(await server.query(`SELECT tableowner FROM pg_tables WHERE tablename = '${name}'`)).toEqual([
      { tableowner: "postgres" },
    ]);
    await server.query(`DROP TABLE public.${name}`);
  });

  test("skipDropRole leaves the role", async () => {
    const created = await engine.create("role", { name, skipDropRole: true, skipReassignOwned: true });
    await engine.delete(created);
    expect(await live()).toBeDefined();
  });

  describe("passwords", () => {
    const declared = { name, login: true, password: "pässwörd 'of' one" };

    test("open the server to who has them, and stand in no log of it", async () => {
      await allowLogins(server);
      const database = uniqueName("db");
      await server.query(`CREATE DATABASE ${database} TEMPLATE template0`);
      await server.query(`ALTER DATABASE ${database} SET log_statement = 'all'`);
      const heard = await Engine.on(server, { database });
      const logsIn = async (password: string) => {
        const client = new Client({ host: server.host, port: server.port, user: name, password, database: "postgres" });
        try {
          await client.connect();
          return true;
        } catch {
          return false;
        } finally {
          await client.end().catch(() => undefined);
        }
      };
      const created = await heard.create("role", declared);
      expect(await logsIn(declared.password)).toBe(true);
      const changed = await heard.update(created, { ...declared, password: "another-secret-one" });
      expect(await logsIn(declared.password)).toBe(false);
      expect(await logsIn("another-secret-one")).toBe(true);
      await heard.delete(changed);
      await heard.close();
      await server.query(`DROP DATABASE ${database}`);
      const passwords = (await logged(server, name)).filter((line) => line.includes("PASSWORD"));
      expect(passwords).toHaveLength(2);
      for (const line of passwords) expect(line).toMatch(/ALTER ROLE "\w+" PASSWORD 'SCRAM-SHA-256\$4096:[^']+'$/);
      for (const secret of ["sswörd", "of'' one", "another-secret-one"])
        expect(await logged(server, secret)).toEqual([]);
    });

    test("changed behind the back are drift, and unchanged ones are none", async () => {
      const created = await engine.create("role", declared);
      expect(await engine.drift(created, declared)).toEqual({});
      await server.query(`ALTER ROLE ${name} PASSWORD 'zzz'`);
      expect(await engine.drift(created, declared)).toEqual({ password: "update" });
      await server.query(`ALTER ROLE ${name} PASSWORD NULL`);
      const drifted = await engine.refresh(created);
      if (!drifted) throw new Error("the role is gone");
      expect(await engine.drift(await engine.update(drifted, declared), declared)).toEqual({});
    });

    test("set as md5 by the server are recognised", async () => {
      const created = await engine.create("role", { ...declared, password: "plain" });
      await server.query(`SET password_encryption = 'md5'; ALTER ROLE ${name} PASSWORD 'plain'`);
      expect(await engine.drift(created, { ...declared, password: "plain" })).toEqual({});
    });

    test("given as a verifier are stored as they are", async () => {
      const verifier =
        "SCRAM-SHA-256$4096:c2FsdHNhbHRzYWx0c2FsdA==$vDQ4tDCl0bvSXCmRlhCEGbKVEm2AnyFfnYZbaHvdHCQ=:jd8+1YuxQZfwB3V1HVjrCFVtgeJbjHbUIjUBbqSKxQA=";
      const created = await engine.create("role", { ...declared, password: verifier });
      expect((await live()).rolpassword).toBe(verifier);
      expect(await engine.drift(created, { ...declared, password: verifier })).toEqual({});
    });

    test("of the write-only kind are set with each new version and kept nowhere", async () => {
      const first = { name, login: true, passwordWo: "first", passwordWoVersion: "1" };
      const created = await engine.create("role", first);
      const stored = (await live()).rolpassword;
      expect(shown(created)).toMatchObject({ passwordWo: null, password: null, passwordWoVersion: "1" });
      expect(await engine.drift(created, { ...first, passwordWo: "second" })).toEqual({});
      await engine.update(created, { ...first, passwordWo: "second", passwordWoVersion: "2" });
      expect((await live()).rolpassword).not.toBe(stored);
    });

    test("do not show in an error", async () => {
      await engine.create("role", declared);
      const failed = engine.create("role", declared);
      await expect(failed).rejects.toThrow(/cannot create role .* already exists; import/);
      await expect(failed).rejects.not.toThrow(/sswörd|SCRAM/);
    });
  });
});
