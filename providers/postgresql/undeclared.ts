import { escapeIdentifier } from "pg";
import type { DriftSeverity, Turn } from "../base/inventory";
import type { Declared } from "./declared";
import { objectTypes, sameMembers } from "./object-types";
import { text } from "./properties";

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

/** Something that somebody else owns than may make such a thing where it is. */
export interface OwnerRow {
  readonly kind: "table" | "sequence" | "routine";
  readonly schema: string;
  readonly object: string;
  /** Of a routine, as PostgreSQL prints it. */
  readonly signature: string;
  readonly owner: string;
  /** Who owns the database. */
  readonly rightful: string;
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
  /** Rights and memberships before what they are of, roles last: one that has rights or owns objects stays. */
  readonly turn: Turn;
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
      turn: 3,
      import: "postgresql:index/role:Role",
    }));
}

export function undeclaredDatabases({ databases }: Declared, rows: readonly { readonly name: string }[]): Undeclared[] {
  return rows
    .filter(({ name }) => !databases.has(name))
    .map(({ name }) => ({
      ...{ kind: "database", name, found: "a database", severity: "low" },
      sql: `DROP DATABASE ${escapeIdentifier(name)}`,
      turn: 2,
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
          turn: 1,
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
      turn: 2,
      import: kind === "schema" ? "postgresql:index/schema:Schema" : "postgresql:index/extension:Extension",
    }));
}

/** An owner may do everything with what it owns, whatever is granted. */
export function undeclaredOwners(declared: Declared, database: string, rows: readonly OwnerRow[]): Undeclared[] {
  const { ours, operators } = declared;
  return rows
    .filter(({ owner }) => !operators.has(owner) && (ours.databases.has(database) || ours.roles.has(owner)))
    .map(({ kind, schema, object, signature, owner, rightful }) => {
      const target = signature || `${escapeIdentifier(schema)}.${escapeIdentifier(object)}`;
      return {
        ...{ kind: "ownership", name: `of ${kind} ${signature || `${schema}.${object}`} by ${owner}`, database },
        ...{ found: "an owner who may make nothing there", severity: "high", turn: 1 },
        sql: `ALTER ${objectTypes[kind]?.keyword ?? "TABLE"} ${target} OWNER TO ${escapeIdentifier(rightful)}`,
      };
    });
}
