import type { DeclaredResource, DriftSeverity, Inventory, InventoryRequest, NotCheckable } from "../base/inventory";
import type { Turn, UndeclaredObject } from "../base/inventory";
import { shellWord } from "../base/shell-word";
import { claimOf, declaredOnBroker } from "./declared";
import type { Management } from "./management";
import { passwordMatches } from "./password-hash";
import { readUser, tagsOf, type LiveUser } from "./user";

/** What the broker lists, as far as it is needed here. */
interface Listed extends LiveUser {
  readonly user: string;
  readonly vhost: string;
  readonly component: string;
  readonly pattern: string;
  readonly configure: string;
  readonly write: string;
  readonly read: string;
  readonly exchange: string;
  /** Of limits. */
  readonly value: object;
}

/** A kind of object that can exist without a declaration. */
interface Kind {
  readonly kind: string;
  /** Of the management API. */
  readonly list: string;
  readonly name: (each: Listed) => string;
  /** In one line, without what may hold a password. */
  readonly found: (each: Listed) => string;
  readonly severity: (each: Listed) => DriftSeverity;
  /** Rights go before users, and what is in a vhost before it. */
  readonly turn?: Turn;
  /** Words after `rabbitmqctl`. */
  readonly remove: (each: Listed) => readonly string[];
  /** For `import`. */
  readonly type?: string;
  /** The broker's own, or an operator's: reported by nobody. */
  readonly own?: (each: Listed, operators: ReadonlySet<string>) => boolean;
}

/** Tags that let a user manage more than itself. Source: the management plugin's documentation. */
const POWERFUL = ["administrator", "policymaker", "monitoring"];

/** Parameters that are properties of a vhost, and those that have a list of their own. */
const OTHERWISE_TOLD = ["vhost-limits", "operator_policy"];

const at = (name: string, { vhost }: Listed): string => `${name}@${vhost}`;
const high = (): DriftSeverity => "high";
const medium = (): DriftSeverity => "medium";

/**
 * Exchanges, queues and bindings are not among them: the platforms' own programs declare those while they run. Nor are
 * limits of a vhost, which are properties of it.
 */
const KINDS: readonly Kind[] = [
  {
    kind: "vhost",
    list: "/api/vhosts",
    name: ({ name }) => name,
    found: () => "a vhost",
    severity: () => "low",
    turn: 2,
    remove: ({ name }) => ["delete_vhost", name],
    type: "rabbitmq:index/vHost:VHost",
    own: ({ name }) => name === "/",
  },
  {
    kind: "user",
    list: "/api/users",
    name: ({ name }) => name,
    found: (user) => `tags: ${tagsOf(user).join(", ") || "none"}`,
    severity: (user) => (tagsOf(user).some((tag) => POWERFUL.includes(tag)) ? "high" : "medium"),
    turn: 2,
    remove: ({ name }) => ["delete_user", name],
    type: "rabbitmq:index/user:User",
    own: ({ name }, operators) => name === "guest" || operators.has(name),
  },
  {
    kind: "user limits",
    list: "/api/user-limits",
    name: ({ user }) => user,
    found: ({ value }) => JSON.stringify(value),
    severity: medium,
    remove: ({ user }) => ["clear_user_limits", user, "all"],
    own: ({ user, value }, operators) => operators.has(user) || Object.keys(value).length === 0,
  },
  {
    kind: "permissions",
    list: "/api/permissions",
    name: (each) => at(each.user, each),
    found: ({ configure, write, read }) => `configure "${configure}", write "${write}", read "${read}"`,
    severity: high,
    remove: ({ user, vhost }) => ["clear_permissions", "-p", vhost, user],
    type: "rabbitmq:index/permissions:Permissions",
    own: ({ user, vhost }, operators) => operators.has(user) || (user === "guest" && vhost === "/"),
  },
  {
    kind: "topic permissions",
    list: "/api/topic-permissions",
    name: (each) => at(each.user, each),
    found: ({ exchange, write, read }) => `exchange "${exchange}", write "${write}", read "${read}"`,
    severity: medium,
    remove: ({ user, vhost }) => ["clear_topic_permissions", "-p", vhost, user],
    type: "rabbitmq:index/topicPermissions:TopicPermissions",
    own: ({ user }, operators) => operators.has(user),
  },
  {
    kind: "policy",
    list: "/api/policies",
    name: (each) => at(each.name, each),
    found: ({ pattern }) => `pattern "${pattern}"`,
    severity: medium,
    remove: ({ name, vhost }) => ["clear_policy", "-p", vhost, name],
    type: "rabbitmq:index/policy:Policy",
  },
  {
    kind: "operator policy",
    list: "/api/operator-policies",
    name: (each) => at(each.name, each),
    found: ({ pattern }) => `pattern "${pattern}"`,
    severity: medium,
    remove: ({ name, vhost }) => ["clear_operator_policy", "-p", vhost, name],
  },
  {
    // A shovel or a federation carries messages elsewhere; its value may hold the password for that.
    kind: "parameter",
    list: "/api/parameters",
    name: (each) => at(`${each.component}/${each.name}`, each),
    found: ({ component }) => `a ${component}`,
    severity: high,
    remove: ({ component, name, vhost }) => ["clear_parameter", "-p", vhost, component, name],
    own: ({ component }) => OTHERWISE_TOLD.includes(component),
  },
];

/**
 * Users and vhosts of the broker, and in declared vhosts, or of declared users, permissions and policies. A stack that
 * declares neither a vhost nor a user of the broker is a guest there, and nothing is looked for.
 */
export async function takeInventory(client: Management, request: InventoryRequest): Promise<Inventory> {
  const ours = new Set(request.resources.flatMap((resource) => claimOf(resource) ?? []));
  if (![...ours].some((claim) => /^(vhost|user) /.test(claim))) {
    return { undeclared: [], notCheckable: [], failures: [] };
  }
  const { claims, operators } = declaredOnBroker(request.declared, client.endpoint);
  const isNear = ({ vhost, user }: Partial<Listed>): boolean =>
    vhost === undefined || ours.has(`vhost ${vhost}`) || (user !== undefined && ours.has(`user ${user}`));
  const found = await Promise.all(
    KINDS.map(async (kind) => {
      const all = (await client.get<readonly Listed[]>(kind.list)) ?? [];
      return all
        .filter((each) => isNear(each) && kind.own?.(each, operators) !== true)
        .filter((each) => !claims.has(`${kind.kind} ${kind.name(each)}`))
        .map((each) => describe(kind, each, client.endpoint));
    }),
  );
  return { undeclared: merged(found.flat()), notCheckable: await unreadable(client, request.resources), failures: [] };
}

function describe(kind: Kind, each: Listed, endpoint: string): UndeclaredObject {
  const name = kind.name(each);
  return {
    ...{ kind: kind.kind, name, place: endpoint, found: kind.found(each), severity: kind.severity(each) },
    remove: {
      ...{ where: `on a node of the broker ${endpoint}`, turn: kind.turn ?? 1 },
      command: ["rabbitmqctl", ...kind.remove(each)].map(shellWord).join(" "),
    },
    ...(kind.type !== undefined && { import: { type: kind.type, name, id: name } }),
  };
}

/** Topic permissions are listed an exchange each, and are one object. */
function merged(objects: readonly UndeclaredObject[]): readonly UndeclaredObject[] {
  const all = new Map<string, UndeclaredObject>();
  for (const object of objects) {
    const key = `${object.kind} ${object.name}`;
    const before = all.get(key);
    all.set(key, before === undefined ? object : { ...before, found: `${before.found}; ${object.found}` });
  }
  return [...all.values()];
}

/** Users whose password hash the broker does not tell, or not in a form that can be computed. */
async function unreadable(client: Management, resources: readonly DeclaredResource[]): Promise<NotCheckable[]> {
  const users = resources.filter(({ type }) => type === "rabbitmq:index/user:User");
  const found = await Promise.all(
    users.map(async ({ urn, id }): Promise<NotCheckable[]> => {
      const live = await readUser(client, id);
      if (live === undefined || passwordMatches("", live) !== undefined) return [];
      const reason = `the broker tells user "${client.username}" no password hash that can be recomputed`;
      return [{ urn, path: "password", reason }];
    }),
  );
  return found.flat();
}
