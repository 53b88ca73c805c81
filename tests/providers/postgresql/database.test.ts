import { startTestDatabase, uniqueName, type TestDatabase } from "../../support/servers";
import { Engine, shown, type Managed } from "./support";

describe("databases and schemas on a real server", () => {
  const name = uniqueName("db");
  const owner = uniqueName("owner");
  let server: TestDatabase;
  let engine: Engine;

  beforeAll(async () => {
    server = await startTestDatabase();
    engine = await Engine.on(server);
    await server.query(`CREATE ROLE ${owner}`);
  }, 120_000);

  afterEach(async () => {
    for (const database of [name, `${name}_new`])
      await server.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  });

  afterAll(async () => {
    await engine.close();
    await server.query(`DROP ROLE ${owner}`);
  });

  test("a database is created with the official defaults", async () => {
    const created = await engine.create("database", { name });
    expect(shown(created)).toEqual({
      id: name,
      name,
      owner: "postgres",
      template: "template0",
      encoding: "UTF8",
      lcCollate: "C.UTF-8",
      lcCtype: "C.UTF-8",
      tablespaceName: "pg_default",
      allowConnections: true,
      connectionLimit: -1,
      isTemplate: false,
      alterObjectOwnership: false,
    });
    expect(await engine.drift(created, { name })).toEqual({});
  });

  test("options change in place, a rename included, encoding by replacement", async () => {
    const created = await engine.create("database", { name, encoding: "LATIN1", lcCollate: "C", lcCtype: "C" });
    const changed = { name: `${name}_new`, owner, connectionLimit: 7, isTemplate: true };
    const updated = await engine.update(created, changed);
    expect(shown(updated)).toMatchObject({ ...changed, encoding: "LATIN1" });
    expect(await engine.drift(updated, changed)).toEqual({});
    expect(await engine.diff(updated, { ...changed, encoding: "UTF8" })).toMatchObject({
      replaces: ["encoding"],
      deleteBeforeReplace: true,
    });
    await engine.delete(updated);
    expect(await engine.refresh(updated)).toBeUndefined();
    await engine.delete(updated);
  });

  test("alterObjectOwnership hands over what the old owner has", async () => {
    const second = uniqueName("owner");
    await server.query(`CREATE ROLE ${second}`);
    const created = await engine.create("database", { name, owner });
    await server.query(`CREATE TABLE public.t (id int); ALTER TABLE public.t OWNER TO ${owner}`, name);
    const updated = await engine.update(created, { name, owner: second, alterObjectOwnership: true });
    expect(await server.query("SELECT tableowner FROM pg_tables WHERE tablename = 't'", name)).toEqual([
      { tableowner: second },
    ]);
    await engine.delete(updated);
    await server.query(`DROP ROLE ${second}`);
  });

  test("a deletion ends the sessions that use the database, our own included", async () => {
    const created = await engine.create("database", { name });
    const schema = await engine.create("schema", { name: "app", database: name });
    const session = server.query("SELECT pg_sleep(60)", name).catch((error: Error) => error.message);
    const sleeping = `SELECT 1 FROM pg_stat_activity WHERE datname = '${name}' AND wait_event = 'PgSleep'`;
    for (let tries = 0; tries < 200 && (await server.query(sleeping)).length === 0; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await engine.delete(schema);
    await engine.delete(created);
    expect(await session).toMatch(/terminat|connection/i);
  });

  test("a database can be made from one that we have just worked in", async () => {
    const created = await engine.create("database", { name });
    await engine.create("schema", { name: "app", database: name });
    const copy = await engine.create("database", { name: `${name}_new`, template: name });
    expect(await server.query("SELECT 1 FROM pg_namespace WHERE nspname = 'app'", `${name}_new`)).toHaveLength(1);
    await engine.delete(copy);
    await engine.delete(created);
  });

  test("a database that exists is not taken over", async () => {
    await engine.create("database", { name });
    await expect(engine.create("database", { name })).rejects.toThrow(
      /cannot create database .*already exists; import/,
    );
  });

  test("a schema is created, renamed, handed over, drifts and goes", async () => {
    await engine.create("database", { name });
    const created = await engine.create("schema", { name: "app", database: name });
    expect(created.id).toBe(`${name}.app`);
    await server.query(`ALTER SCHEMA app OWNER TO ${owner}`, name);
    expect(await engine.drift(created, { name: "app", database: name })).toEqual({});
    const declared = { name: "shop", database: name, owner: "postgres" };
    const updated = await engine.update((await engine.refresh(created)) as Managed, declared);
    expect(shown(updated)).toMatchObject(declared);
    await server.query("CREATE TABLE shop.t (id int)", name);
    await expect(engine.delete(updated)).rejects.toThrow(/cannot delete schema .*table shop.t depends on schema shop/);
    await engine.delete(await engine.update(updated, { ...declared, dropCascade: true }));
    expect(await engine.refresh(updated)).toBeUndefined();
    await engine.delete(updated);
  });

  test("a schema is taken as it is found, unless ifNotExists is false", async () => {
    await engine.create("database", { name });
    await server.query("CREATE SCHEMA app", name);
    const adopted = await engine.create("schema", { name: "app", database: name, owner });
    expect(shown(adopted)).toMatchObject({ owner });
    await expect(engine.create("schema", { name: "app", database: name, ifNotExists: false })).rejects.toThrow(
      /already exists; import/,
    );
  });

  test("a schema's policies give rights and take them back", async () => {
    await engine.create("database", { name });
    const policies = [{ role: owner, usage: true, createWithGrant: true }];
    const created = await engine.create("schema", { name: "app", database: name, policies });
    const has = async (right: string) =>
      (await server.query(`SELECT has_schema_privilege('${owner}', 'app', '${right}') AS has`, name))[0]?.has;
    expect(await has("CREATE WITH GRANT OPTION")).toBe(true);
    expect(await engine.drift(created, { name: "app", database: name, policies })).toEqual({});
    await engine.update(created, { name: "app", database: name, policies: [{ role: owner, usage: true }] });
    expect([await has("CREATE"), await has("USAGE")]).toEqual([false, true]);
  });

  test("an extension is created, moved, missed when it is dropped, and dropped", async () => {
    await engine.create("database", { name });
    const declared = { name: "pgcrypto", database: name };
    const created = await engine.create("extension", declared);
    expect(created.id).toBe(`${name}.pgcrypto`);
    expect(shown(created)).toMatchObject({ schema: "public", version: "1.3" });
    await server.query("CREATE SCHEMA crypto", name);
    const moved = await engine.update(created, { ...declared, schema: "crypto" });
    expect(shown(moved)).toMatchObject({ schema: "crypto" });
    expect(await engine.drift(moved, { ...declared, schema: "crypto" })).toEqual({});
    await engine.delete(moved);
    expect(await engine.refresh(moved)).toBeUndefined();
    await engine.delete(moved);
  });

  test("getTables filters by schema, type and pattern", async () => {
    await engine.create("database", { name });
    await server.query(
      "CREATE SCHEMA app; CREATE TABLE app.orders (id int); CREATE TABLE app.other (id int); CREATE VIEW app.seen AS SELECT 1 AS x",
      name,
    );
    const invoke = (args: object) =>
      engine.provider.invoke({
        token: "postgresql:index/getTables:getTables",
        args: { database: name, schemas: ["app"], ...args },
      });
    const { result } = await invoke({ tableTypes: ["BASE TABLE"], likeAnyPatterns: ["ord%", "o_h%"] });
    expect(result).toMatchObject({
      database: name,
      tables: [
        { objectName: "orders", schemaName: "app", tableType: "BASE TABLE" },
        { objectName: "other", schemaName: "app", tableType: "BASE TABLE" },
      ],
      id: `${name}_ANY (array['app'])_ANY (array['BASE TABLE'])_ANY (array['ord%','o_h%'])_ALL (array[])_ALL (array[])_`,
    });
    expect((await invoke({ regexPattern: "^s" })).result.tables).toMatchObject([
      { objectName: "seen", tableType: "VIEW" },
    ]);
    expect((await invoke({ notLikeAllPatterns: ["o%"] })).result.tables).toMatchObject([{ objectName: "seen" }]);
  });
});
