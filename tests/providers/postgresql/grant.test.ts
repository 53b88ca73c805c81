import { startTestDatabase, uniqueName, type TestDatabase } from "../../support/servers";
import type { PropertyMap } from "../../../providers/base/values";
import { allowLogins, Engine, logged, shown, type Managed } from "./support";

describe("grants on a real server", () => {
  const database = uniqueName("db");
  const role = uniqueName("role");
  let server: TestDatabase;
  let engine: Engine;

  beforeAll(async () => {
    server = await startTestDatabase();
    engine = await Engine.on(server, { maxConnections: 4 });
    await server.query(`CREATE DATABASE ${database} TEMPLATE template0`);
  }, 120_000);

  beforeEach(async () => {
    await server.query(`CREATE ROLE ${role}`);
    await server.query(
      `CREATE SCHEMA app; CREATE TABLE app.a (id int, secret text); CREATE TABLE app.b (id int); CREATE SEQUENCE app.s;
       CREATE VIEW app.v AS SELECT 1 AS one;
       CREATE FUNCTION app.f(text, int) RETURNS int LANGUAGE sql AS 'SELECT 1';
       CREATE FUNCTION app.f(text) RETURNS int LANGUAGE sql AS 'SELECT 1';
       CREATE PROCEDURE app.p() LANGUAGE sql AS 'SELECT 1';
       CREATE FOREIGN DATA WRAPPER fdw; CREATE SERVER srv FOREIGN DATA WRAPPER fdw`,
      database,
    );
  });

  afterEach(async () => {
    await server.query("DROP SCHEMA app CASCADE; DROP FOREIGN DATA WRAPPER fdw CASCADE", database);
    await server.query(`DROP OWNED BY ${role}`, database);
    await server.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  });

  afterAll(async () => {
    await engine.close();
    await server.query(`DROP DATABASE ${database} WITH (FORCE)`);
  });

  const grant = (properties: PropertyMap) => ({ role, database, ...properties });
  const can = async (right: string) => (await server.query(`SELECT ${right} AS can`, database))[0]?.can;
  const table = (name: string, privilege: string) =>
    can(`has_table_privilege('${role}', 'app.${name}', '${privilege}')`);

  const kinds: [string, PropertyMap, string, string][] = [
    ["database", { objectType: "database", privileges: ["CONNECT", "CREATE"] }, `DATABASE ${database}`, "CREATE"],
    ["schema", { objectType: "schema", schema: "app", privileges: ["USAGE", "CREATE"] }, "SCHEMA app", "CREATE"],
    ["table", { objectType: "table", schema: "app", objects: ["a", "b"], privileges: ["SELECT"] }, "app.a", "SELECT"],
    ["view", { objectType: "table", schema: "app", objects: ["v"], privileges: ["SELECT"] }, "app.v", "SELECT"],
    ["all tables", { objectType: "table", schema: "app", privileges: ["INSERT", "SELECT"] }, "app.b", "INSERT"],
    ["sequence", { objectType: "sequence", schema: "app", privileges: ["USAGE"] }, "SEQUENCE app.s", "USAGE"],
    [
      "function",
      { objectType: "function", schema: "app", objects: ["f(text, integer)"], privileges: ["EXECUTE"] },
      "FUNCTION app.f(text, int)",
      "EXECUTE",
    ],
    ["procedure", { objectType: "procedure", schema: "app", privileges: ["EXECUTE"] }, "PROCEDURE app.p", "EXECUTE"],
    ["routine", { objectType: "routine", schema: "app", privileges: ["EXECUTE"] }, "PROCEDURE app.p", "EXECUTE"],
    [
      "foreign data wrapper",
      { objectType: "foreign_data_wrapper", objects: ["fdw"], privileges: ["USAGE"] },
      "FOREIGN DATA WRAPPER fdw",
      "USAGE",
    ],
    [
      "foreign server",
      { objectType: "foreign_server", objects: ["srv"], privileges: ["USAGE"] },
      "FOREIGN SERVER srv",
      "USAGE",
    ],
  ];

  test.each(kinds)("a grant on %s is made, read, missed, repaired and taken back", async (_, properties, on, lost) => {
    const declared = grant(properties);
    const created = await engine.create("grant", declared);
    expect(await engine.drift(created, declared)).toEqual({});
    await server.query(`REVOKE ${lost} ON ${on} FROM ${role}`, database);
    const drifted = await engine.refresh(created);
    if (!drifted) throw new Error("the grant is gone");
    expect((await engine.diff(drifted, declared)).diffs).toEqual(["privileges"]);
    const repaired = await engine.update(drifted, declared);
    expect(await engine.drift(repaired, declared)).toEqual({});
    await engine.delete(repaired);
    expect(shown(await engine.refresh(repaired)).privileges).toEqual([]);
    await engine.delete(repaired);
  });

  test("a right that was added by hand is drift, which an update takes away", async () => {
    const declared = grant({ objectType: "schema", schema: "app", privileges: ["USAGE"] });
    const created = await engine.create("grant", declared);
    await server.query(`GRANT CREATE ON SCHEMA app TO ${role}`, database);
    expect(await engine.drift(created, declared)).toEqual({ "privileges[0]": "delete" });
    const repaired = await engine.update((await engine.refresh(created)) as Managed, declared);
    expect(shown(repaired).privileges).toEqual(["USAGE"]);
    expect(await can(`has_schema_privilege('${role}', 'app', 'CREATE')`)).toBe(false);
  });

  test("ALL stays ALL while every privilege is held", async () => {
    const declared = grant({ objectType: "table", schema: "app", objects: ["a"], privileges: ["ALL"] });
    const created = await engine.create("grant", declared);
    expect(shown(await engine.refresh(created)).privileges).toEqual(["ALL"]);
    await server.query(`REVOKE TRIGGER ON app.a FROM ${role}`, database);
    expect(await engine.drift(created, declared)).not.toEqual({});
  });

  test("everybody's built-in rights are seen although no ACL is stored", async () => {
    const own = uniqueName("db");
    await server.query(`CREATE DATABASE ${own} TEMPLATE template0`);
    const declared = { role: "public", database: own, objectType: "database", privileges: ["CONNECT", "TEMPORARY"] };
    const created = await engine.create("grant", declared);
    expect(await server.query(`SELECT datacl FROM pg_database WHERE datname = '${own}'`)).toEqual([{ datacl: null }]);
    expect(await engine.drift(created, declared)).toEqual({});
    const none = await engine.update(created, { ...declared, privileges: [] });
    expect(await can(`has_database_privilege('${role}', '${own}', 'CONNECT')`)).toBe(false);
    expect(await engine.drift(none, { ...declared, privileges: [] })).toEqual({});
    await server.query(`DROP DATABASE ${own}`);
  });

  test("the grant option is given, and taken back by a grant without it", async () => {
    const declared = grant({ objectType: "table", schema: "app", objects: ["a"], privileges: ["SELECT"] });
    const optional = await engine.create("grant", { ...declared, withGrantOption: true });
    expect(await table("a", "SELECT WITH GRANT OPTION")).toBe(true);
    const diff = await engine.diff(optional, declared);
    expect(diff).toMatchObject({ replaces: ["withGrantOption"], deleteBeforeReplace: true });
    await engine.create("grant", declared);
    expect(await table("a", "SELECT WITH GRANT OPTION")).toBe(false);
    expect(await table("a", "SELECT")).toBe(true);
  });

  test("column rights of another grant survive the loss of the same right on the table", async () => {
    const column = grant({
      objectType: "column",
      schema: "app",
      objects: ["a"],
      columns: ["id"],
      privileges: ["SELECT"],
    });
    const whole = grant({ objectType: "table", schema: "app", objects: ["a"], privileges: ["SELECT", "INSERT"] });
    const [first, second] = [await engine.create("grant", whole), await engine.create("grant", column)];
    const narrowed = await engine.update(first, { ...whole, privileges: ["INSERT"] });
    expect(await table("a", "SELECT")).toBe(false);
    expect(await engine.drift(second, column)).toEqual({});
    await engine.delete(narrowed);
    expect(await engine.drift(second, column)).toEqual({});
    await engine.delete(second);
    expect(await can(`has_any_column_privilege('${role}', 'app.a', 'SELECT')`)).toBe(false);
  });

  test("a right that stays is never missing while a grant changes", async () => {
    const declared = grant({ objectType: "table", schema: "app", privileges: ["SELECT", "INSERT"] });
    const created = await engine.create("grant", declared);
    await server.query(`ALTER DATABASE ${database} SET log_statement = 'all'`);
    const heard = await Engine.on(server);
    await heard.update(created, { ...declared, privileges: ["SELECT", "UPDATE"] });
    await heard.close();
    await server.query(`ALTER DATABASE ${database} RESET log_statement`);
    const statements = (await logged(server, role)).flatMap(
      (line) => /(GRANT|REVOKE) \S+ ON TABLE/.exec(line)?.[0] ?? [],
    );
    expect(statements).toEqual(["GRANT UPDATE ON TABLE", "REVOKE INSERT ON TABLE"]);
    expect(await table("a", "INSERT")).toBe(false);
    expect(await table("a", "UPDATE")).toBe(true);
  });

  test("a column right of which one column is gone is replaced", async () => {
    const declared = grant({
      objectType: "column",
      schema: "app",
      objects: ["a"],
      columns: ["id", "secret"],
      privileges: ["SELECT"],
    });
    const created = await engine.create("grant", declared);
    await server.query(`REVOKE SELECT (secret) ON app.a FROM ${role}`, database);
    const drifted = (await engine.refresh(created)) as Managed;
    expect(shown(drifted).columns).toEqual(["id"]);
    expect(await engine.diff(drifted, declared)).toMatchObject({ replaces: ["columns"], deleteBeforeReplace: true });
    await engine.delete(drifted);
    expect(await engine.drift(await engine.create("grant", declared), declared)).toEqual({});
  });

  test("a grant whose role, schema or database is gone is gone too, and its deletion succeeds", async () => {
    const gone = await engine.create("grant", grant({ objectType: "schema", schema: "app", privileges: ["USAGE"] }));
    const on = (change: PropertyMap): Managed => ({ ...gone, outputs: { ...gone.outputs, ...change } });
    const changes: PropertyMap[] = [
      { role: "no_such_role" },
      { schema: "no_such_schema" },
      { database: "no_such_database" },
    ];
    for (const change of changes) {
      expect(await engine.refresh(on(change))).toBeUndefined();
      await engine.delete(on(change));
    }
  });

  test.each([
    [{ role: "no_such_role" }, /role "no_such_role" does not exist; create the role/],
    [{ database: "no_such_database" }, /database "no_such_database" does not exist; create the database/],
    [{ schema: "no_such_schema" }, /schema "no_such_schema" does not exist; create the schema/],
    [{ objects: ["nope"] }, /table "nope" in schema "app" does not exist; create the table/],
  ])("what a grant needs and is not there is named: %j", async (change, message) => {
    const declared = grant({ objectType: "table", schema: "app", objects: ["a"], privileges: ["SELECT"], ...change });
    await expect(engine.create("grant", declared)).rejects.toThrow(message);
  });

  test.each([
    [{ objectType: "table", privileges: ["SELECT"] }, "schema"],
    [{ objectType: "tables", schema: "app", privileges: ["SELECT"] }, "objectType"],
    [{ objectType: "database", objects: ["x"], privileges: ["CONNECT"] }, "objects"],
    [{ objectType: "table", schema: "app", columns: ["id"], privileges: ["SELECT"] }, "columns"],
    [{ objectType: "column", schema: "app", objects: ["a"], privileges: ["SELECT"] }, "columns"],
    [{ objectType: "sequence", schema: "app", privileges: ["INSERT"] }, "privileges"],
  ])("nonsense is refused before anything is touched: %j", async (properties, property) => {
    await expect(engine.check("grant", grant(properties))).rejects.toThrow(`"property":"${property}"`);
  });

  test("twenty grants at once on the same role, table and database all succeed", async () => {
    const other = await Engine.on(server, { maxConnections: 8 });
    try {
      const privileges = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"];
      const declared = privileges.flatMap((privilege) => [
        grant({ objectType: "table", schema: "app", objects: ["a"], privileges: [privilege] }),
        { ...grant({ objectType: "table", schema: "app", objects: ["a"], privileges: [privilege] }), role: "public" },
        grant({ objectType: "column", schema: "app", objects: ["b"], columns: ["id"], privileges: ["SELECT"] }),
        grant({ objectType: "database", privileges: ["CONNECT"] }),
      ]);
      await Promise.all(declared.map((one, i) => (i % 2 ? engine : other).create("grant", one)));
      for (const privilege of privileges) expect(await table("a", privilege)).toBe(true);
    } finally {
      await other.close();
    }
  });

  test("a role with column grants like MIG's API: after two creations and a refresh nothing changes", async () => {
    await server.query(
      `CREATE TABLE app.investigators (id int, name text, pgpfingerprint text, publickey text, privatekey text,
         status text, createdat timestamptz, lastmodified timestamptz)`,
      database,
    );
    const all = ["id", "name", "pgpfingerprint", "publickey", "status", "createdat", "lastmodified"];
    const column = (privilege: string, columns: string[]) =>
      grant({ objectType: "column", schema: "app", objects: ["investigators"], columns, privileges: [privilege] });
    const declared = [
      grant({ objectType: "table", schema: "app", objects: ["a"], privileges: ["SELECT", "INSERT"] }),
      grant({ objectType: "table", schema: "app", objects: ["b"], privileges: ["SELECT"] }),
      grant({ objectType: "sequence", schema: "app", objects: ["s"], privileges: ["USAGE"] }),
      column("SELECT", all),
      column("INSERT", all.slice(1)),
      column("UPDATE", ["status", "lastmodified"]),
    ];
    await Promise.all(declared.map((one) => engine.create("grant", one)));
    const created = await Promise.all(declared.map((one) => engine.create("grant", one)));
    const drifts = await Promise.all(created.map((one, i) => engine.drift(one, declared[i] ?? {})));
    expect(drifts).toEqual(declared.map(() => ({})));
    expect(await can(`has_column_privilege('${role}', 'app.investigators', 'privatekey', 'SELECT')`)).toBe(false);
    expect(await can(`has_column_privilege('${role}', 'app.investigators', 'publickey', 'SELECT')`)).toBe(true);
  });

  test("an operator that is no superuser grants on what others own, and is a member of nobody afterwards", async () => {
    const operator = uniqueName("operator");
    const owner = uniqueName("owner");
    await server.query(`CREATE ROLE ${operator} LOGIN CREATEROLE PASSWORD 'op'; CREATE ROLE ${owner}`);
    await server.query(`ALTER SCHEMA app OWNER TO ${owner}; ALTER TABLE app.a OWNER TO ${owner}`, database);
    await allowLogins(server);
    const limited = await Engine.on(server, { username: operator, password: "op", superuser: false });
    try {
      const declared = grant({ objectType: "table", schema: "app", objects: ["a"], privileges: ["SELECT"] });
      const created = await limited.create("grant", declared);
      expect(await limited.drift(created, declared)).toEqual({});
      await limited.delete(created);
      expect(await table("a", "SELECT")).toBe(false);
      expect(await server.query(`SELECT 1 FROM pg_auth_members WHERE member = '${operator}'::regrole`)).toEqual([]);
    } finally {
      await limited.close();
      await server.query(`ALTER SCHEMA app OWNER TO postgres; ALTER TABLE app.a OWNER TO postgres`, database);
      await server.query(`DROP OWNED BY ${owner}`, database);
      await server.query(`DROP ROLE ${operator}; DROP ROLE ${owner}`);
    }
  });
});
