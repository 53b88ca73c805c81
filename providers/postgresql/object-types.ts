import { escapeIdentifier, escapeLiteral } from "pg";
import { missing } from "./errors";

/** Where the objects of a Grant are looked up. */
export interface Scope {
  readonly database: string;
  readonly schema: string;
  /** Declared names; empty: all of the kind. */
  readonly objects: readonly string[];
}

/** A kind of object that rights are granted on. Source: the official provider's table, and GRANT in PostgreSQL's manual. */
export interface ObjectType {
  /** As GRANT has it. */
  readonly keyword: string;
  /** What ALL means. */
  readonly privileges: readonly string[];
  /** Lives in a schema, and not in the database alone. */
  readonly inSchema: boolean;
  /** How many names `objects` takes. */
  readonly objects: "none" | "one" | "any";
  /**
   * Query for `name` (as declared), `target` (quoted, qualified), `owner` (oid) and `acl`, where a null ACL means
   * PostgreSQL's defaults.
   */
  readonly securables: (scope: Scope) => string;
  /** SQLSTATE of an object of this kind that is not there. */
  readonly missing: string;
}

const TABLE = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"];

const relations = (kinds: string, acl: string) => (scope: Scope) => `
  SELECT c.relname::text AS name, format('%I.%I', n.nspname, c.relname) AS target, c.relowner AS owner,
         coalesce(c.relacl, acldefault('${acl}', c.relowner)) AS acl
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = ${escapeLiteral(scope.schema)} AND c.relkind = ANY ('{${kinds}}')`;

/** A routine is declared by its name, or by name and argument types: `f(text, integer)`. */
const routines = (kinds: string) => (scope: Scope) => {
  const signatures = scope.objects.filter((object) => object.includes("("));
  const pairs = signatures.map((object) => {
    const name = `${escapeIdentifier(scope.schema)}.${escapeIdentifier(object.slice(0, object.indexOf("(")))}`;
    return `WHEN to_regprocedure(${escapeLiteral(name + object.slice(object.indexOf("(")))}) THEN ${escapeLiteral(object)}`;
  });
  const name = pairs.length > 0 ? `CASE p.oid ${pairs.join(" ")} ELSE p.proname::text END` : "p.proname::text";
  return `
  SELECT ${name} AS name, p.oid::regprocedure::text AS target, p.proowner AS owner,
         coalesce(p.proacl, acldefault('f', p.proowner)) AS acl
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE n.nspname = ${escapeLiteral(scope.schema)} AND p.prokind = ANY ('{${kinds}}')`;
};

const single =
  (catalog: string, prefix: string, owner: string, kind: string, name: (scope: Scope) => string) => (scope: Scope) => `
  SELECT ${prefix}name::text AS name, quote_ident(${prefix}name) AS target, ${owner} AS owner,
         coalesce(${prefix}acl, acldefault('${kind}', ${owner})) AS acl
  FROM ${catalog} WHERE ${prefix}name = ${escapeLiteral(name(scope))}`;

/** Columns of the one declared table; `name` is the column's. A null ACL is an empty one. */
const columns = (scope: Scope) => `
  SELECT a.attname::text AS name, format('%I.%I', n.nspname, c.relname) AS target, c.relowner AS owner, a.attacl AS acl
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = ${escapeLiteral(scope.schema)} AND c.relname = ${escapeLiteral(scope.objects[0] ?? "")}
    AND a.attnum > 0 AND NOT a.attisdropped`;

const inSchema = { inSchema: true, objects: "any" } as const;
const routine = { ...inSchema, privileges: ["EXECUTE"], missing: "42883" } as const;
const foreign = { inSchema: false, objects: "one", privileges: ["USAGE"], missing: "42704" } as const;

export const objectTypes: Readonly<Record<string, ObjectType>> = {
  database: {
    keyword: "DATABASE",
    privileges: ["CREATE", "CONNECT", "TEMPORARY"],
    inSchema: false,
    objects: "none",
    securables: single("pg_database", "dat", "datdba", "d", (scope) => scope.database),
    missing: "42704",
  },
  schema: {
    keyword: "SCHEMA",
    privileges: ["CREATE", "USAGE"],
    inSchema: true,
    objects: "none",
    securables: single("pg_namespace", "nsp", "nspowner", "n", (scope) => scope.schema),
    missing: "3F000",
  },
  table: {
    ...inSchema,
    keyword: "TABLE",
    privileges: TABLE,
    securables: relations("r,p,v,m,f", "r"),
    missing: "42P01",
  },
  sequence: {
    ...inSchema,
    keyword: "SEQUENCE",
    privileges: ["USAGE", "SELECT", "UPDATE"],
    securables: relations("S", "s"),
    missing: "42P01",
  },
  function: { ...routine, keyword: "FUNCTION", securables: routines("f,a,w") },
  procedure: { ...routine, keyword: "PROCEDURE", securables: routines("p") },
  routine: { ...routine, keyword: "ROUTINE", securables: routines("f,a,w,p") },
  foreign_data_wrapper: {
    ...foreign,
    keyword: "FOREIGN DATA WRAPPER",
    securables: single("pg_foreign_data_wrapper", "fdw", "fdwowner", "F", (scope) => scope.objects[0] ?? ""),
  },
  foreign_server: {
    ...foreign,
    keyword: "FOREIGN SERVER",
    securables: single("pg_foreign_server", "srv", "srvowner", "S", (scope) => scope.objects[0] ?? ""),
  },
  column: {
    keyword: "TABLE",
    privileges: ["SELECT", "INSERT", "UPDATE", "REFERENCES"],
    inSchema: true,
    objects: "one",
    securables: columns,
    missing: "42703",
  },
};

/** Default privileges know types as well, a Grant does not. */
const privilegesOf = (type: string) => (type === "type" ? ["USAGE"] : (objectTypes[type]?.privileges ?? []));

/** Privileges without the word ALL; MAINTAIN came with PostgreSQL 17. */
export function expandPrivileges(type: string, privileges: readonly string[], version: number): readonly string[] {
  if (!privileges.includes("ALL")) return privileges;
  return type === "table" && version >= 170000 ? [...privilegesOf(type), "MAINTAIN"] : privilegesOf(type);
}

export function strangePrivileges(type: string, privileges: readonly string[]): { property: string; reason: string }[] {
  const allowed = ["ALL", ...privilegesOf(type), ...(type === "table" ? ["MAINTAIN"] : [])];
  const strange = privileges.filter((privilege) => !allowed.includes(privilege));
  const reason = `${strange.join(", ")}: not a privilege of object type ${type}, which has ${allowed.join(", ")}`;
  return strange.length > 0 ? [{ property: "privileges", reason }] : [];
}

export function sameMembers(a: readonly string[], b: readonly string[]): boolean {
  return new Set(a).size === new Set(b).size && b.every((one) => a.includes(one));
}

export function objectType(name: string): ObjectType {
  const type = objectTypes[name];
  if (!type) throw missing(`object type "${name}"`, "42704");
  return type;
}
