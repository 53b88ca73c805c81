export type TablePrivilege = "SELECT" | "INSERT" | "UPDATE" | "DELETE" | "TRUNCATE" | "REFERENCES" | "TRIGGER";
/** What PostgreSQL can grant on single columns. */
export type ColumnPrivilege = "SELECT" | "INSERT" | "UPDATE" | "REFERENCES";
export type SequencePrivilege = "SELECT" | "UPDATE" | "USAGE";

/** What a role may do in one schema of one database: rules add up. */
export interface PrivilegeProfile {
  readonly role: string;
  /** `all` are the tables that the schema is known to have. @default none */
  readonly tables?: readonly {
    readonly names: readonly string[] | "all";
    readonly privileges: readonly TablePrivilege[];
  }[];
  /** @default none */
  readonly columns?: readonly {
    readonly table: string;
    readonly names: readonly string[];
    readonly privileges: readonly ColumnPrivilege[];
  }[];
  /** @default none */
  readonly sequences?: readonly {
    readonly names: readonly string[];
    readonly privileges: readonly SequencePrivilege[];
  }[];
  /** On tables that `owner` will create. @default none */
  readonly futureTables?: { readonly owner: string; readonly privileges: readonly TablePrivilege[] };
}

/** One Grant of the provider: every object list and privilege list is sorted and not empty. */
export interface GrantSpec {
  /** Identifies the grant among those of one database. */
  readonly name: string;
  readonly role: string;
  readonly objectType: "table" | "sequence" | "column";
  readonly objects: readonly string[];
  readonly privileges: readonly string[];
  readonly columns?: readonly string[];
}

/** The order in which PostgreSQL's documentation lists them, for names that read well. */
const ORDER = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "USAGE"];

/**
 * Takes profiles apart into Grants of which no two touch the same rights: the provider revokes before it grants, so
 * overlapping ones undo one another. One Grant a role and distinct privilege set, listing its tables; one a role,
 * table and column privilege, for a column Grant takes one of each.
 *
 * @throws Error when a role has rights on a table and on columns of it: revoking the first takes the second along
 */
export function expandGrants(
  profiles: readonly PrivilegeProfile[],
  allTables: readonly string[],
): readonly GrantSpec[] {
  return profiles.flatMap((profile) => {
    const tables = collect(
      (profile.tables ?? []).flatMap(({ names, privileges }) =>
        (names === "all" ? allTables : names).map((name) => ({ name, privileges })),
      ),
    );
    const sequences = collect(
      (profile.sequences ?? []).flatMap(({ names, privileges }) => names.map((name) => ({ name, privileges }))),
    );
    return [
      ...group(profile.role, "table", tables),
      ...group(profile.role, "sequence", sequences),
      ...columnGrants(profile, tables),
    ];
  });
}

type Rights = ReadonlyMap<string, ReadonlySet<string>>;

function collect(rules: readonly { readonly name: string; readonly privileges: readonly string[] }[]): Rights {
  const rights = new Map<string, Set<string>>();
  for (const { name, privileges } of rules) {
    const held = rights.get(name) ?? new Set();
    for (const privilege of privileges) held.add(privilege);
    rights.set(name, held);
  }
  return rights;
}

function group(role: string, objectType: "table" | "sequence", rights: Rights): readonly GrantSpec[] {
  const sets = new Map<string, { readonly privileges: readonly string[]; readonly objects: string[] }>();
  for (const [object, held] of rights) {
    if (held.size === 0) continue;
    const privileges = inOrder(held);
    const set = sets.get(privileges.join()) ?? { privileges, objects: [] };
    set.objects.push(object);
    sets.set(privileges.join(), set);
  }
  return [...sets.values()].map(({ privileges, objects }) => ({
    name: [role, objectType, ...privileges].join("-").toLowerCase(),
    role,
    objectType,
    objects: objects.sort(),
    privileges,
  }));
}

function columnGrants({ role, columns = [] }: PrivilegeProfile, tables: Rights): readonly GrantSpec[] {
  const rights = new Map<string, { table: string; privilege: string; columns: Set<string> }>();
  for (const { table, names, privileges } of columns) {
    if ((tables.get(table)?.size ?? 0) > 0) {
      throw new Error(
        `Role ${role} has privileges on table ${table} and on columns of it: give it one kind, they undo one another.`,
      );
    }
    for (const privilege of privileges) {
      const key = `${table}.${privilege}`;
      const held = rights.get(key) ?? { table, privilege, columns: new Set() };
      for (const name of names) held.columns.add(name);
      rights.set(key, held);
    }
  }
  return [...rights.values()]
    .filter((held) => held.columns.size > 0)
    .map((held) => ({
      name: [role, "column", held.table, held.privilege].join("-").toLowerCase(),
      role,
      objectType: "column",
      objects: [held.table],
      privileges: [held.privilege],
      columns: [...held.columns].sort(),
    }));
}

function inOrder(privileges: ReadonlySet<string>): readonly string[] {
  return [...privileges].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
}
