import type { DeclaredResource, InventoryRequest } from "../base/inventory";
import { isPropertyMap, revealMap, type PropertyMap } from "../base/values";
import { text, texts } from "./properties";

/** What is declared on one server, a list of properties a type. */
export interface Declared {
  readonly grants: readonly PropertyMap[];
  readonly defaults: readonly PropertyMap[];
  readonly schemas: readonly PropertyMap[];
  readonly extensions: readonly PropertyMap[];
  readonly memberships: readonly PropertyMap[];
  /** Roles by name; `told` is one whose memberships are told by its own reading. */
  readonly roles: ReadonlyMap<string, { readonly told: boolean; readonly in: readonly string[] }>;
  readonly databases: ReadonlySet<string>;
  /** Accounts by which any stack reaches this server. */
  readonly operators: ReadonlySet<string>;
  /** Of the resources that were asked about. */
  readonly ours: { readonly roles: ReadonlySet<string>; readonly databases: ReadonlySet<string> };
  /** Databases that those resources name, where they can be looked into. */
  readonly named: ReadonlySet<string>;
}

const TYPES = {
  role: "postgresql:index/role:Role",
  database: "postgresql:index/database:Database",
  schema: "postgresql:index/schema:Schema",
  extension: "postgresql:index/extension:Extension",
  grant: "postgresql:index/grant:Grant",
  grantRole: "postgresql:index/grantRole:GrantRole",
  defaultPrivileges: "postgresql:index/defaultPrivileges:DefaultPrivileges",
} as const;

interface Server {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
}

export function declaredOnServer({ resources, declared }: InventoryRequest, server: Server): Declared {
  const here = declared.filter(({ type, config }) => type.startsWith("postgresql:") && isServer(config, server));
  const of = (type: string): readonly PropertyMap[] => here.filter((each) => each.type === type).map(propertiesOf);
  const ours = (type: string): ReadonlySet<string> =>
    new Set(resources.filter((each) => each.type === type).map((each) => text(propertiesOf(each), "name")));
  const inDatabase = (each: PropertyMap): PropertyMap => ({
    ...each,
    database: text(each, "database") || server.database,
  });
  const databases = ours(TYPES.database);
  const naming = resources.filter(
    ({ type }) => type !== TYPES.database && type !== TYPES.role && type !== TYPES.grantRole,
  );
  const roles = here
    .filter(({ type }) => type === TYPES.role)
    .map((each): [string, { told: boolean; in: readonly string[] }] => [
      text(propertiesOf(each), "name"),
      { told: !each.ignoreChanges.includes("roles"), in: texts(propertiesOf(each), "roles") },
    ]);
  return {
    grants: of(TYPES.grant),
    defaults: of(TYPES.defaultPrivileges),
    schemas: of(TYPES.schema).map(inDatabase),
    extensions: of(TYPES.extension).map(inDatabase),
    memberships: of(TYPES.grantRole),
    roles: new Map(roles),
    databases: new Set(of(TYPES.database).map((each) => text(each, "name"))),
    operators: new Set([server.user, ...here.map(({ config }) => text(revealMap(config), "username") || "postgres")]),
    ours: { roles: ours(TYPES.role), databases },
    named: new Set([...databases, ...naming.map((each) => text(inDatabase(propertiesOf(each)), "database"))]),
  };
}

/** What was declared, and for what was left open what it is. */
function propertiesOf({ inputs, outputs }: DeclaredResource): PropertyMap {
  const given = Object.entries(revealMap(inputs)).filter(([, value]) => value !== null);
  return { ...revealMap(outputs), ...Object.fromEntries(given) };
}

/** In the state, numbers of a provider's configuration are texts. */
function isServer(config: PropertyMap, server: Server): boolean {
  const plain = revealMap(config);
  const port = Number(plain.port ?? 0) || 5432;
  return (text(plain, "host") || "localhost") === server.host && port === server.port;
}

/** Rights that the deprecated `policies` of a schema give. */
export function hasPolicyFor(schema: PropertyMap, role: string): boolean {
  const policies = Array.isArray(schema.policies) ? schema.policies.filter(isPropertyMap) : [];
  return policies.some((policy) => (text(policy, "role") || "public") === role);
}
