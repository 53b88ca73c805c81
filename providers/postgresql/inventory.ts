import type { DeclaredResource, Inventory, InventoryRequest, NotCheckable, UndeclaredObject } from "../base/inventory";
import { shellWord } from "../base/shell-word";
import { revealMap } from "../base/values";
import type { Connections } from "./connections";
import { declaredOnServer, type Declared } from "./declared";
import { unlessGone } from "./errors";
import { inspection } from "./inspection";
import { text } from "./properties";
import {
  isExplained,
  undeclaredDatabases,
  undeclaredMemberships,
  undeclaredObjects,
  undeclaredOwners,
  undeclaredRoles,
  type MembershipRow,
  type Undeclared,
  type ObjectRow,
  type OwnerRow,
  type RoleRow,
} from "./undeclared";
import { undeclaredDefaults, type DefaultRow } from "./undeclared-defaults";
import { undeclaredRights, type RightRow } from "./undeclared-rights";

const ROLES = inspection("inventory-roles");
const MEMBERSHIPS = inspection("inventory-memberships");
const DATABASES = inspection("inventory-databases");
const OBJECTS = inspection("inventory-objects");
const OWNERS = inspection("inventory-owners");
const RIGHTS = inspection("inventory-rights");
const DEFAULTS = inspection("inventory-defaults");
const PARAMETERS = inspection("inventory-parameters");
const HAS_PARAMETERS = `SELECT to_regclass('pg_catalog.pg_parameter_acl') IS NOT NULL AS has`;

/**
 * Roles, memberships and databases of the server; in declared databases schemas, extensions, owners, rights and default
 * privileges; elsewhere the rights of declared roles. A stack that declares neither a role nor a database is a guest on
 * the server, and only rights in the databases that it names are looked for.
 */
export async function takeInventory(connections: Connections, request: InventoryRequest): Promise<Inventory> {
  const { settings } = connections;
  const declared = declaredOnServer(request, settings);
  const found: Undeclared[] = [];
  let memberships: readonly MembershipRow[] = [];
  if (declared.ours.roles.size > 0 || declared.ours.databases.size > 0) {
    found.push(...undeclaredRoles(declared, await connections.rows<RoleRow>(ROLES, [])));
    memberships = await connections.rows<MembershipRow>(MEMBERSHIPS, []);
    found.push(...undeclaredMemberships(declared, memberships));
    found.push(...undeclaredDatabases(declared, await connections.rows<{ name: string }>(DATABASES, [])));
  }
  // Rights on databases are seen from each of them: from the first one is enough.
  const databases = [...declared.named];
  const within = await Promise.all(
    databases.map((database, index) => lookInto(connections, database, declared, index === 0)),
  );
  const { host, port } = settings;
  return {
    undeclared: [...found, ...within.flat()].map((each) => told(each, connections, `PostgreSQL ${host}:${port}`)),
    notCheckable: await unreadable(connections, request.resources),
    explained: rolesOf(request.resources)
      .filter(({ id, inputs, outputs }) =>
        isExplained(declared, memberships, text({ id, ...outputs, ...inputs }, "name")),
      )
      .map(({ urn }) => ({ urn, path: "roles" })),
    failures: [],
  };
}

/** What is in a database; nothing when it is gone, which reading it has told. */
async function lookInto(
  connections: Connections,
  database: string,
  declared: Declared,
  first: boolean,
): Promise<readonly Undeclared[]> {
  const all = await unlessGone(async () => {
    const objects = await connections.rows<ObjectRow>(OBJECTS, [], database);
    const owners = await connections.rows<OwnerRow>(OWNERS, [], database);
    const rights = await connections.rows<RightRow>(RIGHTS, [], database);
    const [parameters] = await connections.rows<{ has: boolean }>(HAS_PARAMETERS, [], database);
    if (parameters?.has === true) rights.push(...(await connections.rows<RightRow>(PARAMETERS, [], database)));
    const defaults = await connections.rows<DefaultRow>(DEFAULTS, [], database);
    return [
      ...undeclaredObjects(declared, database, objects),
      ...undeclaredOwners(declared, database, owners),
      ...undeclaredRights(declared, database, first ? rights : rights.filter(({ elsewhere }) => !elsewhere)),
      ...undeclaredDefaults(declared, database, defaults),
    ];
  });
  return all ?? [];
}

function told({ database, sql, turn, import: type, ...object }: Undeclared, { settings }: Connections, server: string) {
  const { host, port, user } = settings;
  const target = database ?? settings.database;
  const words = ["psql", "-X", "-h", host, "-p", String(port), "-U", user, "-d", target, "-c", sql];
  const id = database === undefined ? object.name : `${database}.${object.name}`;
  return {
    ...object,
    place: database === undefined ? server : `${server}/${database}`,
    remove: { where: `wherever ${server} can be reached from`, turn, command: words.map(shellWord).join(" ") },
    ...(type !== undefined && { import: { type, name: object.name, id } }),
  } satisfies UndeclaredObject;
}

const MAY_READ = `SELECT has_table_privilege('pg_catalog.pg_authid', 'SELECT') AS readable`;

/** Roles whose password this operator may not hold against the stored verifier, as on managed servers. */
async function unreadable(connections: Connections, resources: readonly DeclaredResource[]): Promise<NotCheckable[]> {
  const roles = rolesOf(resources).filter(({ outputs }) => hasPassword(outputs) && outputs.login === true);
  if (roles.length === 0) return [];
  const [row] = await connections.rows<{ readable: boolean }>(MAY_READ, []);
  if (row?.readable === true && connections.settings.superuser) return [];
  const { user } = connections.settings;
  const reason =
    row?.readable === true
      ? "the provider is configured with `superuser: false`, so that stored passwords are not read"
      : `the server lets user "${user}" not read stored passwords (pg_authid)`;
  return roles.map(({ urn }) => ({ urn, path: "password", reason }));
}

function rolesOf(resources: readonly DeclaredResource[]): readonly DeclaredResource[] {
  return resources.filter(({ type }) => type === "postgresql:index/role:Role");
}

function hasPassword(outputs: DeclaredResource["outputs"]): boolean {
  return text(revealMap(outputs), "password") !== "";
}
