import type { DeclaredResource, Inventory } from "../../../providers/base/inventory";
import type { PropertyMap } from "../../../providers/base/values";
import { startTestDatabase, uniqueName, type TestDatabase } from "../../support/servers";
import { allowLogins, Engine, type Managed } from "./support";

let server: TestDatabase;
let engine: Engine;
const [name, group, member, operator] = ["app", "group", "member", "operator"].map(uniqueName) as [
  string,
  string,
  string,
  string,
];
const made: Managed[] = [];

beforeAll(async () => {
  server = await startTestDatabase();
  await allowLogins(server);
  engine = await Engine.on(server);
  made.push(await engine.create("role", { name, login: true, password: "pw-first-1" }));
  made.push(await engine.create("database", { name, owner: name }));
  await server.query(`CREATE TABLE t (id int, secret text); ALTER TABLE t OWNER TO ${name}`, name);
}, 120_000);

afterAll(async () => {
  for (const each of [...made].reverse()) await engine.delete(each);
  for (const role of [member, group, operator]) await server.query(`DROP ROLE IF EXISTS ${role}`);
  await engine.close();
});

const config = (more: PropertyMap = {}): PropertyMap => ({
  ...{ host: server.host, port: String(server.port), username: server.username },
  ...more,
});

function declared({ kind, id, inputs, outputs }: Managed, more: Partial<DeclaredResource> = {}): DeclaredResource {
  const type = `postgresql:index/${kind}:${kind[0]?.toUpperCase()}${kind.slice(1)}`;
  return { urn: `urn:${kind}:${id}`, type, id, inputs, outputs, config: config(), ignoreChanges: [], ...more };
}

/** What is undeclared, of this test's own: `role member…: logs in`. */
async function look(
  more: readonly DeclaredResource[] = [],
  elsewhere: readonly DeclaredResource[] = [],
  by: Engine = engine,
): Promise<Inventory & { readonly lines: readonly string[] }> {
  const resources = [...made.map((each) => declared(each)), ...more];
  const inventory = await by.provider.inventory?.({ resources, declared: [...resources, ...elsewhere] });
  if (inventory === undefined) throw new Error("the provider takes no inventory");
  const ours = inventory.undeclared.filter((each) =>
    [name, group, member].some((own) => JSON.stringify(each).includes(own)),
  );
  return { ...inventory, lines: ours.map(({ kind, name: each, found }) => `${kind} ${each}: ${found}`) };
}

/** By the commands that are named, in their turn. */
async function takeAway(objects: Inventory["undeclared"]): Promise<void> {
  const inTurn = [...objects].sort((a, b) => a.remove.turn - b.remove.turn);
  for (const command of new Set(inTurn.map(({ remove }) => remove.command))) {
    const statement = / -c (.*)$/s.exec(command)?.[1] ?? "";
    await server.query(statement.replace(/^'|'$/g, ""), name);
  }
}

test("a database with PostgreSQL's own rights alone has nothing undeclared", async () => {
  expect((await look()).lines).toEqual([]);
});

test("rights are found on tables, columns, functions and for objects to come, each of one role once", async () => {
  await server.query(`CREATE ROLE ${group}`);
  await server.query(
    `GRANT SELECT, DELETE ON t TO ${group}; GRANT SELECT (secret), UPDATE (secret) ON t TO ${group} WITH GRANT OPTION;
     CREATE FUNCTION f(a int, b text) RETURNS int LANGUAGE sql AS 'SELECT 1';
     GRANT EXECUTE ON FUNCTION f TO ${group}; GRANT TEMPORARY ON DATABASE ${name} TO ${group};
     ALTER DEFAULT PRIVILEGES FOR ROLE ${name} GRANT USAGE ON SEQUENCES TO ${group}`,
    name,
  );
  const { undeclared, lines } = await look();
  expect([...lines].sort()).toEqual(
    [
      `role ${group}: does not log in`,
      `grant on database ${name} to ${group}: TEMPORARY`,
      `grant on table public.t to ${group}: DELETE, SELECT`,
      `grant on column public.t.secret to ${group}: SELECT, UPDATE with grant option`,
      `grant on function f(integer,text) to ${group}: EXECUTE`,
      `default privileges on sequences of ${name} to ${group}: USAGE`,
    ].sort(),
  );
  const rights = undeclared.filter(({ kind, name: each }) => kind !== "role" && each.endsWith(group));
  expect(rights.length).toBe(5);
  await takeAway(rights);
  expect((await look()).lines).toEqual([`role ${group}: does not log in`]);
});

test("rights on types, languages, large objects, tablespaces and parameters are found", async () => {
  await server.query(
    `CREATE TYPE mood AS ENUM ('good'); GRANT USAGE ON TYPE mood TO ${group} WITH GRANT OPTION;
     GRANT USAGE ON LANGUAGE sql TO ${group}; SELECT lo_create(4242); GRANT SELECT ON LARGE OBJECT 4242 TO ${group};
     GRANT CREATE ON TABLESPACE pg_default TO ${group};
     GRANT SET, ALTER SYSTEM ON PARAMETER log_statement TO ${group}`,
    name,
  );
  const { undeclared, lines } = await look();
  expect([...lines].sort()).toEqual(
    [
      `role ${group}: does not log in`,
      `grant on type public.mood to ${group}: USAGE with grant option`,
      `grant on language sql to ${group}: USAGE`,
      `grant on large object 4242 to ${group}: SELECT`,
      `grant on tablespace pg_default to ${group}: CREATE`,
      `grant on parameter log_statement to ${group}: ALTER SYSTEM, SET`,
    ].sort(),
  );
  await takeAway(undeclared.filter(({ name: each }) => each.endsWith(`to ${group}`)));
  expect((await look()).lines).toEqual([`role ${group}: does not log in`]);
  await server.query(`DROP TYPE mood; SELECT lo_unlink(4242)`, name);
});

test("what was given on is taken away in an order and in a way in which PostgreSQL takes it", async () => {
  await server.query(
    `CREATE ROLE ${member}; GRANT ${group} TO ${member}; GRANT USAGE ON SCHEMA public TO ${group};
     GRANT SELECT ON t TO ${group} WITH GRANT OPTION; GRANT SELECT ON t TO ${member};
     SET ROLE ${group}; GRANT SELECT ON t TO PUBLIC; GRANT SELECT ON t TO ${member} WITH GRANT OPTION;
     SET ROLE ${member}; GRANT SELECT ON t TO ${name}`,
    name,
  );
  const { undeclared, lines } = await look();
  expect(lines).toEqual(
    expect.arrayContaining([
      `grant on table public.t to ${member}: SELECT`,
      `grant on table public.t to ${member}, given by ${group}: SELECT with grant option`,
      `grant on table public.t to public, given by ${group}: SELECT`,
    ]),
  );
  await takeAway(undeclared.filter((each) => [group, member].some((own) => each.name.includes(own))));
  expect((await look()).lines).toEqual([]);
  await server.query(`CREATE ROLE ${group}`);
});

test("who owns what it could not have made is found, and the owner of the database is given it back", async () => {
  await server.query(
    `REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE VIEW v AS SELECT 1 AS one; ALTER VIEW v OWNER TO ${name};
     CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 1';
     ALTER TABLE t OWNER TO ${group}; ALTER FUNCTION g OWNER TO ${group}`,
    name,
  );
  const { undeclared, lines } = await look();
  expect([...lines].sort()).toEqual([
    `ownership of routine g() by ${group}: an owner who may make nothing there`,
    `ownership of table public.t by ${group}: an owner who may make nothing there`,
    `role ${group}: does not log in`,
  ]);
  await takeAway(undeclared.filter(({ kind }) => kind === "ownership"));
  expect((await look()).lines).toEqual([`role ${group}: does not log in`]);
  // Whoever may make tables owns those that it made.
  await server.query(`GRANT CREATE ON SCHEMA public TO ${group}; ALTER FUNCTION g OWNER TO ${group}`, name);
  expect((await look()).lines.filter((line) => line.startsWith("ownership"))).toEqual([]);
  await server.query(`DROP FUNCTION g; DROP VIEW v; REVOKE CREATE ON SCHEMA public FROM ${group}`, name);
});

test("a right by declared default privileges is declared", async () => {
  const defaults = {
    database: name,
    role: group,
    owner: name,
    schema: "public",
    objectType: "table",
    privileges: ["SELECT"],
  };
  const each = await engine.create("defaultPrivileges", defaults);
  await server.query(`SET ROLE ${name}; CREATE TABLE later (id int)`, name).catch(async () => {
    await server.query(`GRANT CREATE ON SCHEMA public TO ${name}; SET ROLE ${name}; CREATE TABLE later (id int)`, name);
  });
  const { lines } = await look([declared(each)]);
  expect(lines.filter((line) => line.includes("later"))).toEqual([]);
  await engine.delete(each);
  expect((await look()).lines).toEqual(expect.arrayContaining([`grant on table public.later to ${group}: SELECT`]));
  await server.query(`DROP TABLE later; REVOKE CREATE ON SCHEMA public FROM ${name}`, name);
});

test("a Grant tells itself what its role holds on its objects, but not that it may be passed on", async () => {
  const grant = {
    database: name,
    role: group,
    schema: "public",
    objectType: "table",
    objects: ["t"],
    privileges: ["SELECT"],
  };
  const each = await engine.create("grant", grant);
  await server.query(`GRANT INSERT ON t TO ${group}`, name);
  expect((await look([declared(each)])).lines).toEqual([`role ${group}: does not log in`]);
  await server.query(`GRANT SELECT ON t TO ${group} WITH GRANT OPTION`, name);
  expect((await look([declared(each)])).lines).toContain(
    `grant on table public.t to ${group}: grant option for SELECT`,
  );
  await server.query(`REVOKE ALL ON t FROM ${group}`, name);
});

test("memberships of declared roles are found; those by a GrantRole are declared, and explain what the role shows", async () => {
  await server.query(`CREATE ROLE ${member}; GRANT ${name} TO ${member}; GRANT ${group} TO ${name}`);
  expect((await look()).lines).toContain(`membership ${member} in ${name}: a member`);
  // What the declared role itself is in, its own reading tells.
  expect((await look()).lines).not.toContain(`membership ${name} in ${group}: a member`);
  const grantRole = { kind: "grantRole", id: "it", inputs: { role: name, grantRole: group }, outputs: {} } as const;
  expect(await look([declared(grantRole)])).toMatchObject({ explained: [{ urn: `urn:role:${name}`, path: "roles" }] });
  await server.query(`REVOKE ${group} FROM ${name}; DROP ROLE ${member}`);
});

test("what another stack declares on the same server is declared, on another server it is not", async () => {
  const role = { kind: "role", id: group, inputs: { name: group }, outputs: {} } as const;
  expect((await look([], [declared(role)])).lines).toEqual([]);
  const other = declared(role, { config: config({ port: "5433" }) });
  expect((await look([], [other])).lines).toEqual([`role ${group}: does not log in`]);
});

test("the accounts by which any stack reaches the server are operators, and not told", async () => {
  const guest = { kind: "role", id: "x", inputs: { name: "x" }, outputs: {} } as const;
  expect((await look([], [declared(guest, { config: config({ username: group }) })])).lines).toEqual([]);
});

test("a stack without roles and databases of its own is told nothing of the server", async () => {
  const grant = { database: name, role: group, schema: "public", objectType: "table", privileges: ["SELECT"] };
  const only = declared({ kind: "grant", id: "it", inputs: grant, outputs: {} });
  const inventory = await engine.provider.inventory?.({ resources: [only], declared: [only] });
  expect(inventory?.undeclared).toEqual([]);
});

test("where stored passwords may not be read, they are not checkable, which is no failure", async () => {
  await server.query(`CREATE ROLE ${operator} LOGIN CREATEROLE CREATEDB PASSWORD 'pw-operator'`);
  const limited = await Engine.on(server, { username: operator, password: "pw-operator", superuser: false });
  const { notCheckable, failures } = await look([], [], limited);
  expect(failures).toEqual([]);
  expect(notCheckable).toEqual([
    {
      urn: `urn:role:${name}`,
      path: "password",
      reason: expect.stringMatching(/not read stored passwords \(pg_authid\)$/),
    },
  ]);
  await limited.close();
  expect((await look()).notCheckable).toEqual([]);
});
