import { startTestDatabase, uniqueName, type TestDatabase } from "../../support/servers";
import { Engine, shown, type Managed } from "./support";

describe("memberships and default privileges on a real server", () => {
  const database = uniqueName("db");
  const [role, group, owner] = [uniqueName("role"), uniqueName("group"), uniqueName("owner")];
  let server: TestDatabase;
  let engine: Engine;

  beforeAll(async () => {
    server = await startTestDatabase();
    await server.query(`CREATE DATABASE ${database} TEMPLATE template0`);
    await server.query("CREATE SCHEMA app", database);
    await server.query(`CREATE ROLE ${role}; CREATE ROLE ${group}; CREATE ROLE ${owner}`);
  }, 120_000);

  // A new operation each time, as a new run of the engine is.
  beforeEach(async () => {
    engine = await Engine.on(server);
  });

  afterEach(() => engine.close());

  afterAll(async () => {
    await server.query(`DROP DATABASE ${database} WITH (FORCE)`);
    await server.query(`DROP ROLE ${role}; DROP ROLE ${group}; DROP ROLE ${owner}`);
  });

  const admin = async () =>
    (
      await server.query<{ admin_option: boolean }>(
        `SELECT admin_option FROM pg_auth_members WHERE member = '${role}'::regrole AND roleid = '${group}'::regrole`,
      )
    )[0]?.admin_option;

  test("a membership is given, missed when it is revoked, and taken back", async () => {
    const declared = { role, grantRole: group };
    const created = await engine.create("grantRole", declared);
    expect(created.id).toBe(`${role}_${group}_false`);
    expect(await engine.drift(created, declared)).toEqual({});
    await server.query(`GRANT ${group} TO ${role} WITH ADMIN OPTION`);
    expect(await engine.drift(created, declared)).toEqual({ withAdminOption: "update-replace" });
    await server.query(`REVOKE ${group} FROM ${role}`);
    expect(await engine.refresh(created)).toBeUndefined();
    await engine.delete(await engine.create("grantRole", declared));
    expect(await admin()).toBeUndefined();
    await engine.delete(created);
  });

  test.each([
    [false, true],
    [true, false],
  ])(
    "a membership whose ADMIN option goes from %s to %s outlives the deletion of what it replaces",
    async (from, to) => {
      const before = await Engine.on(server);
      const old = await before.create("grantRole", { role, grantRole: group, withAdminOption: from });
      await before.close();
      const replacement = await engine.create("grantRole", { role, grantRole: group, withAdminOption: to });
      await engine.delete(old);
      expect(await admin()).toBe(to);
      await engine.delete(replacement);
      expect(await admin()).toBeUndefined();
    },
  );

  test("two operations may make and remove roles, memberships, defaults and grants of the same kind at once", async () => {
    const other = await Engine.on(server);
    const work = async (by: Engine) => {
      const member = await by.create("role", { name: uniqueName("member"), roles: [group] });
      const name = member.id;
      const made = await Promise.all([
        by.create("grantRole", { role: name, grantRole: owner }),
        by.create("grant", { role: name, database, objectType: "database", privileges: ["CONNECT"] }),
        by.create("grant", { role: name, database, schema: "app", objectType: "schema", privileges: ["USAGE"] }),
        by.create("defaultPrivileges", { role: name, database, owner, objectType: "table", privileges: ["SELECT"] }),
      ]);
      await Promise.all(made.map((one) => by.delete(one)));
      await by.delete(member);
    };
    try {
      await Promise.all(Array.from({ length: 12 }, (_, i) => work(i % 2 ? engine : other)));
    } finally {
      await other.close();
    }
    expect(await server.query("SELECT rolname FROM pg_roles WHERE rolname LIKE 'member%'")).toEqual([]);
  });

  test("a role that does not exist is named", async () => {
    await expect(engine.create("grantRole", { role, grantRole: "no_such_role" })).rejects.toThrow(
      /role "no_such_role" does not exist; create/,
    );
  });

  const tables = { role, database, owner, objectType: "table" };

  test.each([
    ["in a schema", { ...tables, schema: "app", privileges: ["SELECT", "INSERT"] }, "IN SCHEMA app", "app"],
    ["in the whole database", { ...tables, privileges: ["SELECT", "INSERT"] }, "", "noschema"],
  ])("default privileges %s are given, missed, repaired and taken back", async (_, declared, where, part) => {
    const created = await engine.create("defaultPrivileges", declared);
    expect(created.id).toBe(`${role}_${database}_${part}_${owner}_table`);
    expect(shown(created).privileges).toEqual(["INSERT", "SELECT"]);
    expect(await engine.drift(created, declared)).toEqual({});
    await server.query(
      `ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} ${where} GRANT DELETE ON TABLES TO ${role};
       ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} ${where} REVOKE INSERT ON TABLES FROM ${role}`,
      database,
    );
    const drifted = (await engine.refresh(created)) as Managed;
    expect(await engine.drift(created, declared)).toEqual({ "privileges[0]": "delete", "privileges[1]": "add" });
    const repaired = await engine.update(drifted, declared);
    expect(await engine.drift(repaired, declared)).toEqual({});
    await engine.delete(repaired);
    expect(await engine.refresh(repaired)).toBeUndefined();
    expect(await server.query("SELECT 1 FROM pg_default_acl", database)).toEqual([]);
    await engine.delete(repaired);
  });

  test("what everybody gets by default is seen without an entry of its own, and can be withheld", async () => {
    const functions = { role: "public", database, owner, objectType: "function" };
    const given = await engine.create("defaultPrivileges", { ...functions, privileges: ["EXECUTE"] });
    expect(await server.query("SELECT 1 FROM pg_default_acl", database)).toEqual([]);
    const withheld = await engine.update(given, { ...functions, privileges: [] });
    expect(await engine.drift(withheld, { ...functions, privileges: [] })).toEqual({});
    await server.query(`ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} GRANT EXECUTE ON FUNCTIONS TO PUBLIC`, database);
    expect(await engine.drift(withheld, { ...functions, privileges: [] })).toEqual({ "privileges[0]": "delete" });
  });

  test("default privileges of which nothing is left, or whose owner or database is gone, are gone", async () => {
    const declared = { ...tables, schema: "app", privileges: ["ALL"] };
    const created = await engine.create("defaultPrivileges", declared);
    expect(shown(await engine.refresh(created)).privileges).toEqual(["ALL"]);
    await server.query(
      `ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} IN SCHEMA app REVOKE ALL ON TABLES FROM ${role}`,
      database,
    );
    expect(await engine.refresh(created)).toBeUndefined();
    for (const change of ["owner", "role", "schema", "database"]) {
      const gone = { ...created, outputs: { ...created.outputs, [change]: "no_such_thing" } };
      expect(await engine.refresh(gone)).toBeUndefined();
      await engine.delete(gone);
    }
  });

  test("default privileges with a new grant option outlive the deletion of what they replace", async () => {
    const declared = { ...tables, schema: "app", privileges: ["SELECT"] };
    const before = await Engine.on(server);
    const old = await before.create("defaultPrivileges", declared);
    await before.close();
    const replacement = await engine.create("defaultPrivileges", { ...declared, withGrantOption: true });
    await engine.delete(old);
    expect(shown(await engine.refresh(replacement)).privileges).toEqual(["SELECT"]);
    await engine.delete(replacement);
    expect(await engine.refresh(replacement)).toBeUndefined();
  });
});
