import { escapeIdentifier } from "pg";
import type { PropertyMap } from "../base/values";
import { printStatement } from "./acl";
import { hasPolicyFor, type Declared } from "./declared";
import { expandPrivileges, objectTypes } from "./object-types";
import { flag, text, texts } from "./properties";
import type { Undeclared } from "./undeclared";

/** A row of `sql/inventory-rights.sql`. */
export interface RightRow {
  readonly kind: string;
  readonly schema: string;
  readonly object: string;
  /** Of a routine, as PostgreSQL prints it. */
  readonly signature: string;
  readonly column: string;
  readonly owner: string;
  readonly grantee: string;
  /** Mostly the owner; else somebody with the grant option. */
  readonly grantor: string;
  readonly privilege: string;
  readonly grantable: boolean;
  readonly elsewhere: boolean;
}

/** Of kinds that no Grant knows. */
const KEYWORDS: Readonly<Record<string, string>> = {
  type: "TYPE",
  language: "LANGUAGE",
  large_object: "LARGE OBJECT",
  tablespace: "TABLESPACE",
  parameter: "PARAMETER",
};

/** Rights on one object that one role has of another. */
interface Held {
  /** The first of the rows: all have the same object, grantee and grantor. */
  readonly of: RightRow;
  readonly rows: readonly RightRow[];
  /** The right is declared, and that it may be given on is not. */
  readonly option: boolean;
}

/** What is held of one role on one object is one finding. */
export function undeclaredRights(declared: Declared, database: string, rows: readonly RightRow[]): Undeclared[] {
  const { ours, operators } = declared;
  const all = new Map<string, Held>();
  for (const row of rows) {
    const where = row.kind === "database" ? row.object : database;
    if (!ours.databases.has(where) && !ours.roles.has(row.grantee)) continue;
    if (operators.has(row.grantee)) continue;
    const covering = declared.grants.filter((grant) => coversRight(grant, row, where));
    const option = row.grantable && covering.length > 0 && !covering.some((grant) => flag(grant, "withGrantOption"));
    if (!option && (covering.length > 0 || isDeclared(declared, row, where))) continue;
    const key = JSON.stringify([objectOf(row), row.grantee, row.grantor, option]);
    all.set(key, { of: row, option, rows: [...(all.get(key)?.rows ?? []), row] });
  }
  const held = [...all.values()];
  return held.map((each) => rightOf(each, held, database));
}

function objectOf({ kind, schema, object, signature, column }: RightRow): string {
  return JSON.stringify([kind, schema, object, signature, column]);
}

function rightOf(held: Held, all: readonly Held[], database: string): Undeclared {
  const { of, rows, option } = held;
  const { kind, schema, object, signature, column, grantee, grantor, owner, grantable } = of;
  const qualified = schema === "" || kind === "schema" ? object : `${schema}.${object}`;
  const subject = `${kind.replaceAll("_", " ")} ${signature || qualified}${column === "" ? "" : `.${column}`}`;
  const privileges = rows.map(({ privilege }) => privilege).join(", ");
  return {
    kind: "grant",
    name: `on ${subject} to ${grantee}${grantor === owner ? "" : `, given by ${grantor}`}`,
    database: kind === "database" ? object : database,
    found: `${option ? "grant option for " : ""}${privileges}${grantable && !option ? " with grant option" : ""}`,
    severity: grantee === "public" || grantable ? "high" : "medium",
    sql: revocation(held, all),
    turn: 1,
  };
}

/** What somebody gives on goes with the right to do so, where that is not declared either. */
function revocation(held: Held, all: readonly Held[]): string {
  const { grantor, owner } = held.of;
  if (grantor === owner) return revoke(held);
  const source = all.find(
    (each) =>
      each.of.grantee === grantor &&
      objectOf(each.of) === objectOf(held.of) &&
      held.rows.every((row) => each.rows.some(({ privilege, grantable }) => grantable && privilege === row.privilege)),
  );
  // A superuser takes away what the owner has given, and nothing that others have.
  return source === undefined ? `SET ROLE ${escapeIdentifier(grantor)}; ${revoke(held)}` : revocation(source, all);
}

function revoke({ of, rows, option }: Held): string {
  const { kind, schema, object, signature, column, grantee } = of;
  const name = escapeIdentifier(object);
  const quoted = schema === "" || kind === "schema" ? name : `${escapeIdentifier(schema)}.${name}`;
  return printStatement({
    verb: option ? "REVOKE GRANT OPTION FOR" : "REVOKE",
    privileges: rows.map(({ privilege }) => privilege),
    on: `${objectTypes[kind]?.keyword ?? KEYWORDS[kind] ?? "TABLE"} ${signature || quoted}`,
    role: grantee,
    ...(column !== "" && { columns: [column] }),
    cascade: rows.some(({ grantable }) => grantable),
  });
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
