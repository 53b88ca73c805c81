import { escapeIdentifier } from "pg";
import type { DriftSeverity } from "../base/inventory";
import type { PropertyMap } from "../base/values";
import { printStatement, roleSpec, type AclStatement } from "./acl";
import { hasPolicyFor, type Declared } from "./declared";
import { expandPrivileges, objectTypes, sameMembers } from "./object-types";
import { flag, text, texts } from "./properties";

/** Rows of `sql/inventory-*.sql`. */
export interface RoleRow {
  readonly name: string;
  readonly login: boolean;
  readonly powerful: boolean;
}

export interface MembershipRow {
  readonly member: string;
  readonly role: string;
  readonly admin: boolean;
}

export interface ObjectRow {
  readonly kind: "schema" | "extension";
  readonly name: string;
}

export interface RightRow {
  readonly kind: string;
  readonly schema: string;
  readonly object: string;
  /** Of a routine, as PostgreSQL prints it. */
  readonly signature: string;
  readonly column: string;
  readonly owner: string;
  readonly grantee: string;
  readonly privilege: string;
  readonly grantable: boolean;
  readonly elsewhere: boolean;
}

export interface DefaultRow {
  readonly owner: string;
  readonly schema: string;
  /** pg_default_acl.defaclobjtype */
  readonly type: string;
  readonly grantee: string;
  readonly privilege: string;
  readonly grantable: boolean;
}

/** Something that no stack declares, and the statement that takes it away. */
export interface Undeclared {
  readonly kind: string;
  readonly name: string;
  /** Absent: an object of the server. */
  readonly database?: string;
  readonly found: string;
  readonly severity: DriftSeverity;
  readonly sql: string;
  /** The type that `import` takes it as. */
  readonly import?: string;
}

export function undeclaredRoles({ roles, operators }: Declared, rows: readonly RoleRow[]): Undeclared[] {
  return rows
    .filter(({ name }) => !roles.has(name) && !operators.has(name))
    .map(({ name, login, powerful }) => ({
      kind: "role",
      name,
      found: `${login ? "logs in" : "does not log in"}${powerful ? ", with rights on the whole server" : ""}`,
      severity: powerful ? "high" : login ? "medium" : "low",
      sql: `DROP ROLE ${escapeIdentifier(name)}`,
      import: "postgresql:index/role:Role",
    }));
}

export function undeclaredDatabases({ databases }: Declared, rows: readonly { readonly name: string }[]): Undeclared[] {
  return rows
    .filter(({ name }) => !databases.has(name))
    .map(({ name }) => ({
      ...{ kind: "database", name, found: "a database", severity: "low" },
      sql: `DROP DATABASE ${escapeIdentifier(name)}`,
      import: "postgresql:index/database:Database",
    }));
}

/** Of declared roles, who is in them and what they are in. */
export function undeclaredMemberships(declared: Declared, rows: readonly MembershipRow[]): Undeclared[] {
  const { roles, operators, ours, memberships } = declared;
  return rows
    .filter(({ member, role }) => ours.roles.has(member) || ours.roles.has(role))
    .filter(({ member }) => !operators.has(member))
    .flatMap(({ member, role, admin }): Undeclared[] => {
      const granted = memberships.filter((each) => text(each, "role") === member && text(each, "grantRole") === role);
      const listed = roles.get(member)?.in.includes(role) === true;
      // Its own reading tells of a role what it is in, but not with which option; a GrantRole's tells both.
      const known = granted.length > 0 || listed || roles.get(member)?.told === true;
      if (known && (!admin || granted.length > 0)) return [];
      const [group, who] = [escapeIdentifier(role), escapeIdentifier(member)];
      return [
        {
          ...{ kind: "membership", name: `${member} in ${role}`, severity: "high" },
          found: admin ? "with admin option" : "a member",
          sql: known ? `REVOKE ADMIN OPTION FOR ${group} FROM ${who}` : `REVOKE ${group} FROM ${who}`,
        },
      ];
    });
}

/**
 * A role that is in what GrantRoles put it in: its own reading shows these memberships as too many, as the official
 * provider's does, and they are not.
 */
export function isExplained(declared: Declared, rows: readonly MembershipRow[], name: string): boolean {
  const granted = declared.memberships.filter((each) => text(each, "role") === name);
  const wanted = [...(declared.roles.get(name)?.in ?? []), ...granted.map((each) => text(each, "grantRole"))];
  const live = rows.filter(({ member }) => member === name).map(({ role }) => role);
  return granted.length > 0 && sameMembers(live, wanted);
}

export function undeclaredObjects(declared: Declared, database: string, rows: readonly ObjectRow[]): Undeclared[] {
  if (!declared.ours.databases.has(database)) return [];
  const known = { schema: declared.schemas, extension: declared.extensions };
  return rows
    .filter(
      ({ kind, name }) =>
        !known[kind].some((each) => text(each, "database") === database && text(each, "name") === name),
    )
    .map(({ kind, name }) => ({
      ...{ kind, name, database, found: kind === "schema" ? "a schema" : "an extension", severity: "low" },
      sql: `DROP ${kind.toUpperCase()} ${escapeIdentifier(name)}`,
      import: kind === "schema" ? "postgresql:index/schema:Schema" : "postgresql:index/extension:Extension",
    }));
}

/** Rights on one object, of one role, are one finding. */
export function undeclaredRights(declared: Declared, database: string, rows: readonly RightRow[]): Undeclared[] {
  const { ours, operators } = declared;
  const all = new Map<string, RightRow[]>();
  for (const row of rows) {
    const where = row.kind === "database" ? row.object : database;
    if (!ours.databases.has(where) && !ours.roles.has(row.grantee)) continue;
    if (operators.has(row.grantee)) continue;
    const covering = declared.grants.filter((grant) => coversRight(grant, row, where));
    const option = row.grantable && covering.length > 0 && !covering.some((grant) => flag(grant, "withGrantOption"));
    if (!option && (covering.length > 0 || isDeclared(declared, row, where))) continue;
    const key = JSON.stringify([row.kind, row.schema, row.object, row.signature, row.column, row.grantee, option]);
    all.set(key, [...(all.get(key) ?? []), row]);
  }
  return [...all].flatMap(([key, group]) =>
    group[0] ? [rightOf(group[0], group, database, key.endsWith("true]"))] : [],
  );
}

function rightOf(first: RightRow, group: readonly RightRow[], database: string, option: boolean): Undeclared {
  const { kind, schema, object, signature, column, grantee } = first;
  const privileges = group.map(({ privilege }) => privilege);
  const type = objectTypes[kind];
  const qualified = schema === "" || kind === "schema" ? object : `${schema}.${object}`;
  const quoted =
    qualified === object ? escapeIdentifier(object) : `${escapeIdentifier(schema)}.${escapeIdentifier(object)}`;
  const statement: AclStatement = {
    verb: option ? "REVOKE GRANT OPTION FOR" : "REVOKE",
    privileges,
    on: `${type?.keyword ?? "TABLE"} ${signature === "" ? quoted : signature}`,
    role: grantee,
    ...(column !== "" && { columns: [column] }),
  };
  const subject = `${kind.replaceAll("_", " ")} ${signature || qualified}${column === "" ? "" : `.${column}`}`;
  return {
    kind: "grant",
    name: `on ${subject} to ${grantee}`,
    database: kind === "database" ? object : database,
    found: `${option ? "grant option for " : ""}${privileges.join(", ")}${first.grantable && !option ? " with grant option" : ""}`,
    severity: grantee === "public" || first.grantable ? "high" : "medium",
    sql: printStatement(statement),
  };
}

/** A Grant's own reading tells all that its role holds on what it names; on columns, the declared right alone. */
function coversRight(grant: PropertyMap, row: RightRow, database: string): boolean {
  if (text(grant, "role") !== row.grantee || text(grant, "database") !== database) return false;
  const type = text(grant, "objectType");
  const objects = texts(grant, "objects");
  const named = objects.length === 0 || objects.includes(row.object);
  const inSchema = text(grant, "schema") === row.schema;
  switch (row.kind) {
    case "database":
      return type === "database";
    case "schema":
      return type === "schema" && inSchema;
    case "column":
      return (
        type === "column" &&
        inSchema &&
        named &&
        texts(grant, "columns").includes(row.column) &&
        expandPrivileges("column", texts(grant, "privileges"), 0).includes(row.privilege)
      );
    case "function":
    case "procedure": {
      const names = objects.map((object) => object.replace(/\(.*/s, ""));
      return (
        (type === row.kind || type === "routine") && inSchema && (names.length === 0 || names.includes(row.object))
      );
    }
    case "foreign_data_wrapper":
    case "foreign_server":
      return type === row.kind && named;
    default:
      return type === row.kind && inSchema && named;
  }
}

/** By declared default privileges, or by policies of a schema. */
function isDeclared({ defaults, schemas }: Declared, row: RightRow, database: string): boolean {
  if (row.kind === "schema") {
    return schemas.some(
      (each) =>
        text(each, "database") === database && text(each, "name") === row.object && hasPolicyFor(each, row.grantee),
    );
  }
  return defaults.some(
    (each) =>
      text(each, "database") === database &&
      text(each, "role") === row.grantee &&
      text(each, "owner") === row.owner &&
      [text(each, "objectType"), text(each, "objectType") === "routine" ? "function" : ""].includes(row.kind) &&
      ["", row.schema].includes(text(each, "schema")) &&
      expandPrivileges(row.kind, texts(each, "privileges"), 0).includes(row.privilege) &&
      (!row.grantable || flag(each, "withGrantOption")),
  );
}

const DEFAULT_TYPES: Readonly<Record<string, string>> = {
  r: "table",
  S: "sequence",
  f: "function",
  T: "type",
  n: "schema",
  L: "large object",
};

/** What one role gets of what another makes is one finding. */
export function undeclaredDefaults(declared: Declared, database: string, rows: readonly DefaultRow[]): Undeclared[] {
  const { ours, operators, defaults } = declared;
  const all = new Map<string, DefaultRow[]>();
  for (const row of rows) {
    if (!ours.databases.has(database) && !ours.roles.has(row.grantee)) continue;
    if (operators.has(row.grantee)) continue;
    const known = defaults.some(
      (each) =>
        text(each, "database") === database &&
        text(each, "role") === row.grantee &&
        text(each, "owner") === row.owner &&
        text(each, "schema") === row.schema &&
        text(each, "objectType").replace("routine", "function") === DEFAULT_TYPES[row.type],
    );
    if (known) continue;
    const key = JSON.stringify([row.owner, row.schema, row.type, row.grantee]);
    all.set(key, [...(all.get(key) ?? []), row]);
  }
  return [...all.values()].flatMap((group) => (group[0] ? [defaultOf(group[0], group, database)] : []));
}

function defaultOf(
  { owner, schema, type, grantee }: DefaultRow,
  group: readonly DefaultRow[],
  database: string,
): Undeclared {
  const privileges = group.map(({ privilege }) => privilege).join(", ");
  const things = `${DEFAULT_TYPES[type] ?? type}s`;
  const where = schema === "" ? "" : ` in schema ${schema}`;
  const scope = schema === "" ? "" : ` IN SCHEMA ${escapeIdentifier(schema)}`;
  return {
    kind: "default privileges",
    name: `on ${things} of ${owner}${where} to ${grantee}`,
    database,
    found: privileges,
    severity: grantee === "public" ? "high" : "medium",
    sql:
      `ALTER DEFAULT PRIVILEGES FOR ROLE ${escapeIdentifier(owner)}${scope} ` +
      `REVOKE ${privileges} ON ${things.toUpperCase()} FROM ${roleSpec(grantee)}`,
  };
}
