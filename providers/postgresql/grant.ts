import { crc32 } from "node:zlib";
import type { ClientBase } from "pg";
import type { FieldTable, ResourceSpec } from "../base/bridge-spec";
import type { PropertyMap } from "../base/values";
import { planRights, printStatement, statementsOf, type AclStatement, type HeldRights, type WantedRights } from "./acl";
import { asMemberOf, type Connections } from "./connections";
import { missing, unlessDatabaseGone } from "./errors";
import { inspection } from "./inspection";
import { expandPrivileges, objectType, objectTypes, sameMembers, strangePrivileges } from "./object-types";
import { flag, text, texts } from "./properties";

const fields: FieldTable = {
  columns: { type: "set", forceNew: true },
  database: { type: "string", required: true, forceNew: true },
  objectType: {
    type: "string",
    required: true,
    forceNew: true,
    validate: (name: string) =>
      name in objectTypes ? undefined : `must be one of ${Object.keys(objectTypes).sort().join(", ")}`,
  },
  objects: { type: "set", forceNew: true },
  privileges: { type: "set", required: true },
  role: { type: "string", required: true, forceNew: true },
  schema: { type: "string", forceNew: true },
  withGrantOption: { type: "bool", forceNew: true, default: false },
};

interface Subjects {
  /** Null when the role does not exist; 0 is everybody. */
  readonly grantee: number | null;
  readonly schema: boolean;
  readonly version: number;
}

interface Securable extends HeldRights {
  readonly name: string;
  readonly target: string;
  readonly owner: string;
}

const SUBJECTS = inspection("subjects");
const COLUMN_RIGHTS = inspection("column-rights");

/** The members of a set in the order of Terraform's SDK: by the decimal text of their CRC-32. It shows in ids. */
export function bySetHash(members: readonly string[]): string[] {
  const key = (member: string) => String(crc32(member));
  return [...members].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function id(inputs: PropertyMap): string {
  const type = text(inputs, "objectType");
  const schema = objectTypes[type]?.inSchema ? [text(inputs, "schema")] : [];
  const names = [...bySetHash(texts(inputs, "objects")), ...bySetHash(texts(inputs, "columns"))];
  return [text(inputs, "role"), text(inputs, "database"), ...schema, type, ...names].join("_");
}

type Query = <Row extends object>(sql: string, values: readonly unknown[]) => Promise<Row[]>;

const onClient =
  (client: ClientBase): Query =>
  async <Row extends object>(sql: string, values: readonly unknown[]) =>
    (await client.query<Row>(sql, [...values])).rows;

/** The objects of a Grant, as they are, with what its role holds on each. */
async function observe(query: Query, grant: PropertyMap, grantee: number): Promise<Securable[]> {
  const [type, objects] = [objectType(text(grant, "objectType")), texts(grant, "objects")];
  const names = type.missing === "42703" ? texts(grant, "columns") : type.objects === "any" ? objects : [];
  const securables = type.securables({ database: text(grant, "database"), schema: text(grant, "schema"), objects });
  return query<Securable>(
    `WITH securable AS (${securables})
     SELECT s.name, s.target, pg_get_userbyid(s.owner)::text AS owner,
            ARRAY(SELECT DISTINCT a.privilege_type::text FROM aclexplode(s.acl) a WHERE a.grantee = $1::oid ORDER BY 1)
              AS privileges,
            ARRAY(SELECT DISTINCT a.privilege_type::text FROM aclexplode(s.acl) a
                  WHERE a.grantee = $1::oid AND a.is_grantable) AS grantable
     FROM securable s
     WHERE cardinality($2::text[]) = 0 OR s.name = ANY ($2::text[])
     ORDER BY s.name COLLATE "C"`,
    [grantee, names],
  );
}

async function subjectsOf(query: Query, grant: PropertyMap): Promise<Subjects> {
  const inSchema = objectTypes[text(grant, "objectType")]?.inSchema ?? false;
  const [subjects] = await query<Subjects>(SUBJECTS, [text(grant, "role"), inSchema ? text(grant, "schema") : null]);
  return subjects ?? { grantee: null, schema: false, version: 0 };
}

/** Rights on a database are in a catalog of the whole server: their writers meet where roles are written. */
function home(connections: Connections, grant: PropertyMap): string {
  return text(grant, "objectType") === "database" ? connections.settings.database : text(grant, "database");
}

/** Statements that bring every object to what is wanted; objects with the same needs share one. */
export function grantStatements(grant: PropertyMap, held: readonly Securable[], wanted: WantedRights): AclStatement[] {
  const byPlan = new Map<string, Securable[]>();
  for (const object of held) {
    const plan = JSON.stringify(planRights(object, wanted));
    byPlan.set(plan, [...(byPlan.get(plan) ?? []), object]);
  }
  const { keyword } = objectType(text(grant, "objectType"));
  const columns = text(grant, "objectType") === "column";
  return [...byPlan.entries()].flatMap(([, objects]) => {
    const [first] = objects;
    if (!first) return [];
    const targets = columns ? [first.target] : objects.map((object) => object.target);
    const target = {
      on: `${keyword} ${targets.join(", ")}`,
      role: text(grant, "role"),
      ...(columns && { columns: objects.map((object) => object.name) }),
    };
    return statementsOf(planRights(first, wanted), target, wanted.withGrantOption);
  });
}

/**
 * Runs the statements in an order in which no right that stays is ever missing. PostgreSQL takes the same right on
 * single columns along when one on the whole table is revoked; those are another Grant's, and are granted again.
 */
async function apply(
  client: ClientBase,
  grant: PropertyMap,
  held: readonly Securable[],
  grantee: number,
  wanted: WantedRights,
): Promise<void> {
  const statements = grantStatements(grant, held, wanted);
  const lost = statements.filter((s) => s.verb !== "GRANT").flatMap((s) => s.privileges);
  const restored =
    text(grant, "objectType") === "table" && lost.length > 0
      ? await columnGrants(client, grant, held, grantee, lost)
      : [];
  const owners = [...new Set(held.map((object) => object.owner))];
  await asMemberOf(client, owners, async () => {
    for (const statement of [...statements, ...restored]) await client.query(printStatement(statement));
  });
}

async function columnGrants(
  client: ClientBase,
  grant: PropertyMap,
  held: readonly Securable[],
  grantee: number,
  privileges: readonly string[],
): Promise<AclStatement[]> {
  const rows = await onClient(client)<{ target: string; privilege: string; grantable: boolean; columns: string[] }>(
    COLUMN_RIGHTS,
    [grantee, held.map((object) => object.target), privileges],
  );
  return rows.map((row) => ({
    verb: "GRANT",
    privileges: [row.privilege],
    columns: row.columns,
    on: `TABLE ${row.target}`,
    role: text(grant, "role"),
    withGrantOption: row.grantable,
  }));
}

/**
 * What a Grant may take away: where it names its objects what it declares, or had declared (`previous`), so that another
 * Grant on the same table can stand beside it; elsewhere everything that its role holds.
 */
function revocable(grant: PropertyMap, previous: readonly string[], held: readonly Securable[]): readonly string[] {
  const type = text(grant, "objectType");
  const named = type === "column" || (objectType(type).objects === "any" && texts(grant, "objects").length > 0);
  return named ? previous : [...new Set(held.flatMap((object) => object.privileges))];
}

async function ensure(connections: Connections, grant: PropertyMap, previous: readonly string[]): Promise<void> {
  await connections.transaction(
    async (client) => {
      const { grantee, schema, version } = await subjectsOf(onClient(client), grant);
      if (grantee === null) throw missing(`role "${text(grant, "role")}"`, "42704");
      if (!schema) throw missing(`schema "${text(grant, "schema")}"`, "3F000");
      const held = await observe(onClient(client), grant, grantee);
      refuseMissing(grant, held);
      const privileges = expandPrivileges(text(grant, "objectType"), texts(grant, "privileges"), version);
      const old = expandPrivileges(text(grant, "objectType"), previous, version);
      const withGrantOption = flag(grant, "withGrantOption");
      await apply(client, grant, held, grantee, {
        privileges,
        withGrantOption,
        revocable: revocable(grant, old, held),
      });
    },
    home(connections, grant),
  );
}

function refuseMissing(grant: PropertyMap, held: readonly Securable[]): void {
  const type = objectType(text(grant, "objectType"));
  const kind = text(grant, "objectType").replaceAll("_", " ");
  const names = { none: [], one: texts(grant, "objects"), any: texts(grant, "objects") }[type.objects];
  const declared = type.missing === "42703" ? texts(grant, "columns") : names;
  const absent = declared.find((name) => !held.some((object) => object.name === name));
  const where =
    type.missing === "42703"
      ? `${text(grant, "schema")}.${texts(grant, "objects")[0] ?? ""}.`
      : type.inSchema
        ? `${text(grant, "schema")}.`
        : "";
  if (absent !== undefined) throw missing(`${kind} "${where}${absent}"`, type.missing);
  if (type.objects === "none" && held.length === 0) throw missing(`${kind} "${text(grant, "database")}"`, type.missing);
}

async function read(
  connections: Connections,
  _id: string,
  known: PropertyMap | undefined,
): Promise<PropertyMap | undefined> {
  // As officially, an id alone (an import) does not tell the parts of a Grant.
  if (!known) return undefined;
  const query: Query = (sql, values) => connections.rows(sql, values, home(connections, known));
  return unlessDatabaseGone(async (): Promise<PropertyMap | undefined> => {
    const { grantee, schema, version } = await subjectsOf(query, known);
    if (grantee === null || !schema) return undefined;
    const held = await observe(query, known, grantee);
    const type = text(known, "objectType");
    if (type === "database" && held.length === 0) return undefined;
    const declared = texts(known, "privileges");
    if (type === "column") {
      return { columns: held.filter((c) => declared.every((p) => c.privileges.includes(p))).map((c) => c.name) };
    }
    const wanted = expandPrivileges(type, declared, version);
    const different = held.find(({ privileges }) => !sameMembers(privileges, wanted));
    return { privileges: different ? [...different.privileges] : declared };
  });
}

async function drop(connections: Connections, _id: string, state: PropertyMap): Promise<void> {
  await unlessDatabaseGone(() =>
    connections.transaction(
      async (client) => {
        const { grantee, schema, version } = await subjectsOf(onClient(client), state);
        if (grantee === null || !schema) return;
        const held = await observe(onClient(client), state, grantee);
        const previous = expandPrivileges(text(state, "objectType"), texts(state, "privileges"), version);
        const wanted = { privileges: [], withGrantOption: false, revocable: revocable(state, previous, held) };
        await apply(client, state, held, grantee, wanted);
      },
      home(connections, state),
    ),
  );
}

/** Which combinations of object type, schema, objects, columns and privileges make sense. */
function validate(grant: PropertyMap): { property: string; reason: string }[] {
  const name = text(grant, "objectType");
  const type = objectType(name);
  const counts = { objects: texts(grant, "objects").length, columns: texts(grant, "columns").length };
  const rules: [boolean, string, string][] = [
    [type.inSchema && text(grant, "schema") === "", "schema", `is needed for object type ${name}`],
    [type.objects === "none" && counts.objects > 0, "objects", `cannot be given for object type ${name}`],
    [type.objects === "one" && counts.objects !== 1, "objects", `must name exactly one object for object type ${name}`],
    [name !== "column" && counts.columns > 0, "columns", `can only be given for object type column`],
    [name === "column" && counts.columns === 0, "columns", `are needed for object type column`],
    [
      name === "column" && texts(grant, "privileges").length !== 1,
      "privileges",
      `must be exactly one for object type column`,
    ],
  ];
  const broken = rules.filter(([wrong]) => wrong).map(([, property, reason]) => ({ property, reason }));
  return [...broken, ...strangePrivileges(name, texts(grant, "privileges"))];
}

/** Rights of one role on objects of one kind, brought about by what is missing and what is too much, in one transaction. */
export const grant: ResourceSpec<Connections> = {
  fields,
  deleteBeforeReplace: true,
  validate,
  id,
  create: (connections, inputs) => ensure(connections, inputs, []),
  read,
  update: (connections, _id, inputs, state) => ensure(connections, inputs, texts(state, "privileges")),
  delete: drop,
};
