import { escapeIdentifier } from "pg";
import { roleSpec } from "./acl";
import type { Declared } from "./declared";
import { text } from "./properties";
import type { Undeclared } from "./undeclared";

/** A row of `sql/inventory-defaults.sql`. */
export interface DefaultRow {
  readonly owner: string;
  readonly schema: string;
  /** pg_default_acl.defaclobjtype */
  readonly type: string;
  readonly grantee: string;
  readonly privilege: string;
  readonly grantable: boolean;
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
  const option = group.some(({ grantable }) => grantable) ? " with grant option" : "";
  const things = `${DEFAULT_TYPES[type] ?? type}s`;
  const where = schema === "" ? "" : ` in schema ${schema}`;
  const scope = schema === "" ? "" : ` IN SCHEMA ${escapeIdentifier(schema)}`;
  return {
    kind: "default privileges",
    name: `on ${things} of ${owner}${where} to ${grantee}`,
    database,
    found: `${privileges}${option}`,
    severity: grantee === "public" || option !== "" ? "high" : "medium",
    turn: 1,
    sql:
      `ALTER DEFAULT PRIVILEGES FOR ROLE ${escapeIdentifier(owner)}${scope} ` +
      `REVOKE ${privileges} ON ${things.toUpperCase()} FROM ${roleSpec(grantee)}`,
  };
}
