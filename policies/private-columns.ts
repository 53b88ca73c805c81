import { type Member, flag, text, texts } from "./subject";
import { DATABASE, DEFAULT_PRIVILEGES, GRANT, GRANT_ROLE, ROLE } from "./types";

export interface Reader {
  readonly role: string;
  /** The role that has the right: itself, or one that it is a member of. */
  readonly by: string;
  readonly what: string;
  /** Of what gives the right. */
  readonly urn: string;
}

/** Roles of PostgreSQL's own that reach every column, by a statement or in the server's files. */
const READING_ALL: Readonly<Record<string, string>> = {
  pg_read_all_data: "reads every table",
  pg_read_server_files: "reads the server's files",
  pg_write_server_files: "writes the server's files",
  pg_execute_server_program: "runs programs on the server",
};

const READING = new Set(["SELECT", "ALL", "ALL PRIVILEGES"]);

/** Who of the roles can read one of the columns, and by what. */
export function readersOf(
  members: readonly Member[],
  roles: readonly string[],
  columns: readonly (readonly [table: string, column: string])[],
): readonly Reader[] {
  const memberships = membershipsOf(members);
  return roles.flatMap((role) => {
    const held = reachableFrom(role, memberships);
    const all = [...held].flatMap((by) => {
      const what = READING_ALL[by];
      return what === undefined ? [] : [{ role, by, what, urn: giverOf(by, held, members) }];
    });
    const rights = members.flatMap((member) =>
      rightsOf(member, columns).flatMap(({ by, what }) =>
        held.has(by) || by.toLowerCase() === "public" ? [{ role, by, what, urn: member.urn }] : [],
      ),
    );
    return [...all, ...rights];
  });
}

/** The resource that puts one of the roles into another. */
function giverOf(granted: string, held: ReadonlySet<string>, members: readonly Member[]): string {
  const giver = members.find(({ type, inputs }) => {
    const member = text(inputs[type === ROLE ? "name" : "role"]) ?? "";
    if (!held.has(member)) return false;
    if (type === ROLE) return texts(inputs["roles"]).includes(granted);
    return type === GRANT_ROLE && text(inputs["grantRole"]) === granted;
  });
  return giver?.urn ?? "";
}

function rightsOf(
  { type, inputs }: Member,
  columns: readonly (readonly [table: string, column: string])[],
): readonly { readonly by: string; readonly what: string }[] {
  const by = text(inputs[type === ROLE ? "name" : type === DATABASE ? "owner" : "role"]);
  if (by === undefined) return [];
  const reads = texts(inputs["privileges"]).some((privilege) => READING.has(privilege.toUpperCase()));
  switch (type) {
    case ROLE:
      return flag(inputs["superuser"]) ? [{ by, what: "is a superuser" }] : [];
    case DATABASE:
      return [{ by, what: "owns the database" }];
    case DEFAULT_PRIVILEGES:
      return reads && text(inputs["objectType"]) === "table" ? [{ by, what: "reads every table to come" }] : [];
    case GRANT:
      return reads ? grantedColumns(inputs, columns).map((column) => ({ by, what: `reads ${column}` })) : [];
    default:
      return [];
  }
}

/** A grant for tables that names none is for all of them. */
function grantedColumns(
  inputs: Member["inputs"],
  columns: readonly (readonly [table: string, column: string])[],
): readonly string[] {
  const objects = texts(inputs["objects"]);
  const named = texts(inputs["columns"]);
  const isOfColumns = text(inputs["objectType"]) === "column";
  if (!isOfColumns && text(inputs["objectType"]) !== "table") return [];
  return columns
    .filter(([table]) => objects.length === 0 || objects.includes(table))
    .filter(([, column]) => !isOfColumns || named.includes(column))
    .map(([table, column]) => `${table}.${column}`);
}

function membershipsOf(members: readonly Member[]): ReadonlyMap<string, readonly string[]> {
  const pairs = members.flatMap(({ type, inputs }): readonly (readonly [string | undefined, string])[] => {
    if (type === ROLE) return texts(inputs["roles"]).map((role) => [text(inputs["name"]), role]);
    const granted = text(inputs["grantRole"]);
    return type === GRANT_ROLE && granted !== undefined ? [[text(inputs["role"]), granted]] : [];
  });
  const memberships = new Map<string, string[]>();
  for (const [role = "", granted] of pairs) memberships.set(role, [...(memberships.get(role) ?? []), granted]);
  return memberships;
}

function reachableFrom(role: string, memberships: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const reached = new Set([role]);
  // A set that grows is walked to its end.
  for (const each of reached) memberships.get(each)?.forEach((granted) => reached.add(granted));
  return reached;
}
