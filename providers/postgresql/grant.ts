import { crc32 } from "node:zlib";
import type { ClientBase } from "pg";
import type { FieldTable, ResourceSpec } from "../base/bridge-spec";
import type { PropertyMap } from "../base/values";
import {
  planRights,
  printStatement,
  statementsOf,
  type AclStatement,
  type HeldRights,
  type RightsPlan,
  type WantedRights,
} from "./acl";
import { asMemberOf, type Connections } from "./connections";
import { missing, unlessGone } from "./errors";
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
  readonly schemaOwner: string | null;
  readonly version: number;
}

interface Securable extends HeldRights {
  /** As declared. */
  readonly name: string;
  /** Quoted and qualified. */
  readonly target: string;
  readonly owner: string;
}

/** A Grant's objects, as they are, with what its role holds on each. */
interface Observation extends Subjects {
  readonly grantee: number;
  readonly held: readonly Securable[];
}

const SUBJECTS = inspection("subjects");
const COLUMN_RIGHTS = inspection("column-rights");

/** The members of a set in the order of Terraform's SDK: by the decimal text of their CRC-32. It shows in ids. */
export function bySetHash(members: readonly string[]): string[] {
  const key = (member: string) => String(crc32(member));
  return [...members].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

const typeOf = (grant: PropertyMap) => objectType(text(grant, "objectType"));
const onColumns = (grant: PropertyMap) => text(grant, "objectType") === "column";

function id(grant: PropertyMap): string {
  const schema = typeOf(grant).inSchema ? [text(grant, "schema")] : [];
  const names = [...bySetHash(texts(grant, "objects")), ...bySetHash(texts(grant, "columns"))];
  return [text(grant, "role"), text(grant, "database"), ...schema, text(grant, "objectType"), ...names].join("_");
}

/** Rights on a database are in a catalog of the whole server: their writers meet where roles are written. */
const home = (connections: Connections, grant: PropertyMap) =>
  text(grant, "objectType") === "database" ? connections.settings.database : text(grant, "database");

/** The declared names of what the rights are on; none means all, or the one that the object type implies. */
function declaredNames(grant: PropertyMap): string[] {
  return texts(grant, onColumns(grant) ? "columns" : "objects");
}

type Query = <Row extends object>(sql: string, values: readonly unknown[]) => Promise<Row[]>;

async function observe(query: Query, grant: PropertyMap): Promise<Observation> {
  const [role, schema] = [text(grant, "role"), text(grant, "schema")];
  const [subjects] = await query<Subjects>(SUBJECTS, [role, typeOf(grant).inSchema ? schema : null]);
  if (!subjects || subjects.grantee === null) throw missing(`role "${role}"`, "42704");
  if (!subjects.schema) throw missing(`schema "${schema}"`, "3F000");
  const { grantee } = subjects;
  const scope = { database: text(grant, "database"), schema, objects: texts(grant, "objects") };
  const held = await query<Securable>(rightsOn(typeOf(grant).securables(scope)), [grantee, declaredNames(grant)]);
  if (text(grant, "objectType") === "database" && held.length === 0)
    throw missing(`database "${text(grant, "database")}"`, "3D000");
  return { ...subjects, grantee, held };
}

/** What $1 holds on those of the securables that $2 names, or on all of them. */
const rightsOn = (securables: string) => `
  WITH securable AS (${securables})
  SELECT s.name, s.target, pg_get_userbyid(s.owner)::text AS owner,
         ARRAY(SELECT DISTINCT a.privilege_type::text FROM aclexplode(s.acl) a WHERE a.grantee = $1::oid ORDER BY 1)
           AS privileges,
         ARRAY(SELECT DISTINCT a.privilege_type::text FROM aclexplode(s.acl) a
               WHERE a.grantee = $1::oid AND a.is_grantable) AS grantable
  FROM securable s
  WHERE cardinality($2::text[]) = 0 OR s.name = ANY ($2::text[])
  ORDER BY s.name COLLATE "C"`;

/** Statements that bring every object to what is wanted; objects with the same needs share one. */
export function grantStatements(grant: PropertyMap, held: readonly Securable[], wanted: WantedRights): AclStatement[] {
  const byPlan = new Map<string, Securable[]>();
  for (const object of held) {
    const plan = JSON.stringify(planRights(object, wanted));
    byPlan.set(plan, [...(byPlan.get(plan) ?? []), object]);
  }
  return [...byPlan].flatMap(([plan, objects]) => {
    const targets = [...new Set(objects.map((object) => object.target))];
    const columns = onColumns(grant) ? { columns: objects.map((object) => object.name) } : {};
    const target = { on: `${typeOf(grant).keyword} ${targets.join(", ")}`, role: text(grant, "role"), ...columns };
    return statementsOf(JSON.parse(plan) as RightsPlan, target, wanted.withGrantOption);
  });
}

/**
 * What a Grant may take away: where it names its objects, what it declared (`previous`), so that another Grant on the
 * same table can stand beside it; elsewhere everything that its role holds.
 */
function revocable(grant: PropertyMap, previous: readonly string[], held: readonly Securable[]): readonly string[] {
  const named = onColumns(grant) || (typeOf(grant).objects === "any" && texts(grant, "objects").length > 0);
  return named ? previous : held.flatMap((object) => object.privileges);
}

/**
 * Brings the role's rights from what they are to `declared`. No right that stays is ever missing: gains come before
 * losses, all in one transaction. PostgreSQL takes a right on single columns along when the same right on the whole table
 * is revoked; column rights are other Grants', and are granted again.
 */
async function rewrite(
  client: ClientBase,
  grant: PropertyMap,
  declared: readonly string[],
  previous: readonly string[],
  mustExist: boolean,
): Promise<void> {
  const query: Query = async <Row extends object>(sql: string, values: readonly unknown[]) =>
    (await client.query<Row>(sql, [...values])).rows;
  const { held, grantee, schemaOwner, version } = await observe(query, grant);
  const absent = declaredNames(grant).find((name) => !held.some((object) => object.name === name));
  if (mustExist && absent !== undefined) throw missing(describe(grant, absent), typeOf(grant).missing);
  const expand = (privileges: readonly string[]) => expandPrivileges(text(grant, "objectType"), privileges, version);
  const statements = grantStatements(grant, held, {
    privileges: expand(declared),
    withGrantOption: flag(grant, "withGrantOption"),
    revocable: revocable(grant, expand(previous), held),
  });
  const lost = statements.filter((statement) => statement.verb !== "GRANT").flatMap((s) => s.privileges);
  await asMemberOf(client, [schemaOwner ?? "", ...held.map((object) => object.owner)], async () => {
    const whole = text(grant, "objectType") === "table" && lost.length > 0;
    const targets = held.map((object) => object.target);
    const columns = whole ? await query<ColumnRight>(COLUMN_RIGHTS, [grantee, targets, lost]) : [];
    for (const statement of statements) await client.query(printStatement(statement));
    for (const right of columns) await client.query(printStatement(columnGrant(text(grant, "role"), right)));
  });
}

function describe(grant: PropertyMap, name: string): string {
  const kind = text(grant, "objectType").replaceAll("_", " ");
  const schema = typeOf(grant).inSchema ? ` in schema "${text(grant, "schema")}"` : "";
  return `${kind} "${name}"${onColumns(grant) ? ` of table "${texts(grant, "objects")[0] ?? ""}"` : ""}${schema}`;
}

interface ColumnRight {
  readonly target: string;
  readonly privilege: string;
  readonly grantable: boolean;
  readonly columns: readonly string[];
}

function columnGrant(role: string, { target, privilege, grantable, columns }: ColumnRight): AclStatement {
  return { verb: "GRANT", privileges: [privilege], columns, on: `TABLE ${target}`, role, withGrantOption: grantable };
}

async function ensure(connections: Connections, grant: PropertyMap, previous: readonly string[]): Promise<void> {
  await connections.transaction(
    (client) => rewrite(client, grant, texts(grant, "privileges"), previous, true),
    home(connections, grant),
  );
}

async function read(connections: Connections, _id: string, known?: PropertyMap): Promise<PropertyMap | undefined> {
  // As officially, an id alone (an import) does not tell the parts of a Grant.
  if (!known) return undefined;
  return unlessGone(async (): Promise<PropertyMap> => {
    const query: Query = (sql, values) => connections.rows(sql, values, home(connections, known));
    const { held, version } = await observe(query, known);
    const declared = texts(known, "privileges");
    const wanted = expandPrivileges(text(known, "objectType"), declared, version);
    if (onColumns(known)) {
      const whole = held.filter(({ privileges }) => wanted.every((privilege) => privileges.includes(privilege)));
      return { columns: whole.map((column) => column.name) };
    }
    const different = held.find(({ privileges }) => !sameMembers(privileges, wanted));
    return { privileges: different ? [...different.privileges] : declared };
  });
}

async function drop(connections: Connections, _id: string, state: PropertyMap): Promise<void> {
  await unlessGone(() =>
    connections.transaction(
      (client) => rewrite(client, state, [], texts(state, "privileges"), false),
      home(connections, state),
    ),
  );
}

/** Which combinations of object type, schema, objects, columns and privileges make sense. */
function validate(grant: PropertyMap): { property: string; reason: string }[] {
  const name = text(grant, "objectType");
  const { inSchema, objects } = typeOf(grant);
  const count = (field: string) => texts(grant, field).length;
  const rules: [boolean, string, string][] = [
    [inSchema && text(grant, "schema") === "", "schema", `is needed for object type ${name}`],
    [objects === "none" && count("objects") > 0, "objects", `cannot be given for object type ${name}`],
    [objects === "one" && count("objects") !== 1, "objects", `must name exactly one object for object type ${name}`],
    [name !== "column" && count("columns") > 0, "columns", "can only be given for object type column"],
    [name === "column" && count("columns") === 0, "columns", "are needed for object type column"],
    [name === "column" && count("privileges") !== 1, "privileges", "must be exactly one for object type column"],
  ];
  const broken = rules.filter(([wrong]) => wrong).map(([, property, reason]) => ({ property, reason }));
  return [...broken, ...strangePrivileges(name, texts(grant, "privileges"))];
}

/** Rights of one role on objects of one kind. */
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
