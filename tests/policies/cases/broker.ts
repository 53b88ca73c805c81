import { UNKNOWN } from "../../../providers/base/values";
import type { PropertyMap } from "../../../providers/base/values";
import { VHOST, brokerPermissions } from "../../../components/platforms/mig/broker-permissions";
import type { Case } from "../case";
import type { Declared } from "../stack";

const ADMINISTRATOR: Declared = {
  ...{ type: "rabbitmq-accounts:index:UserTags", name: "operator" },
  inputs: { user: "admin", tags: ["administrator"] },
};

interface Rights {
  readonly configure?: string;
  readonly write?: string;
  readonly read?: string;
}

function permissions(user: string, { configure = "", write = "", read = "" }: Rights, vhost = "mig"): Declared {
  return {
    ...{ type: "rabbitmq:index/permissions:Permissions", name: `permissions-${user}` },
    inputs: { user, vhost, permissions: { configure, write, read } },
  };
}

const MIG = brokerPermissions("admin").map(({ user, ...rights }) => permissions(user, rights, VHOST));
const SCHEDULER = permissions("scheduler", { read: "^mig(|\\.agt\\.(heartbeats|results))$" });

const anchored = (when: string, read: string, words?: RegExp): Case => ({
  ...{ rule: "permissions-anchored", when, stack: [permissions("api", { read })] },
  ...(words && { fault: ["permissions-api", words] }),
});

const everything = (when: string, stack: readonly Declared[], words?: RegExp): Case => ({
  ...{ rule: "everything-for-administrators", when, stack: [ADMINISTRATOR, ...stack] },
  ...(words && { fault: ["permissions-api", words] }),
});

const apart = (when: string, rights: Rights, words?: RegExp, vhost?: string): Case => ({
  ...{ rule: "agents-apart", when, stack: [SCHEDULER, permissions("agent", rights, vhost)] },
  ...(words && { fault: ["permissions-agent", words] }),
});

const guest = (when: string, type: string, inputs: PropertyMap, words?: RegExp): Case => ({
  ...{ rule: "no-guest", when, stack: [{ type, name: "it", inputs }] },
  ...(words && { fault: ["it", words] }),
});

interface Cluster {
  readonly nodes: readonly string[];
  readonly generation?: number;
  readonly queueType?: string;
  readonly policy?: PropertyMap;
}

function cluster({ nodes, generation, queueType, policy }: Cluster): readonly Declared[] {
  return [
    { type: "groundwork:mig:Relay", name: "relay", inputs: { ...(generation !== undefined && { generation }) } },
    ...nodes.map((name) => ({
      ...{ type: "hosts:index:FileSet", name: `files-${name}`, parent: "relay", outputs: { files: UNKNOWN } },
      inputs: { host: { name }, files: [{ path: "/etc/rabbitmq/advanced.config", content: "[]." }] },
    })),
    {
      ...{ type: "rabbitmq:index/vHost:VHost", name: "vhost", parent: "relay" },
      inputs: { name: "mig", ...(queueType !== undefined && { defaultQueueType: queueType }) },
    },
    ...(policy === undefined
      ? []
      : [{ type: "rabbitmq:index/policy:Policy", name: "policy", parent: "relay", inputs: { vhost: "mig", policy } }]),
  ];
}

const HA = { pattern: "^mig\\.", applyTo: "all", definition: { "ha-mode": "all" } };
const PAIR = ["relay1", "relay2"];

const replicated = (when: string, given: Cluster, fault?: Case["fault"]): Case => ({
  ...{ rule: "queues-replicated", when, stack: cluster(given), ...(fault && { fault }) },
});

export const BROKER_CASES: readonly Case[] = [
  anchored("for one name", "^mig$"),
  anchored("for alternatives that are anchored each", "^a$|^b$"),
  anchored("for none", ""),
  anchored("for everything, which is for another rule", ".*"),
  anchored("by one without an end", "^mig", /read of api is \^mig\n/),
  anchored("by alternatives of which each has one anchor", "^mig|event$", /read of api is \^mig\|event\$/),
  anchored("by what cannot be judged", "^(?!mig)$", /read of api cannot be judged/),
  anchored("by what only PCRE understands", "^a++$", /read of api cannot be judged/),

  everything("for the administrator", MIG),
  everything(
    "by an account without the tag",
    [permissions("api", { read: ".*" })],
    /api may read everything and is no administrator/,
  ),
  everything("by another way to write it", [permissions("api", { write: "^(|.+)$" })], /api may write everything/),
  everything("by all but the default exchange", [permissions("api", { read: "^.+$" })], /api may read everything/),
  everything("for all names of two letters and more", [permissions("api", { read: "^..+$" })]),

  { rule: "agents-apart", when: "for MIG's own permissions", stack: [ADMINISTRATOR, ...MIG] },
  apart("for queues of their own", {
    configure: "^mig\\.agt\\.linux\\..*$",
    write: "^mig$",
    read: "^mig(|\\.agt\\.linux\\..*)$",
  }),
  apart("in another virtual host", { read: "^mig\\.agt\\..*$" }, undefined, "other"),
  apart(
    "by a pattern that is too wide",
    { read: "^mig\\.agt\\..*$" },
    /agent may read mig\.agt\.results, which scheduler reads from/,
  ),
  apart("by one without an anchor", { write: "mig.agt.(linux|results)" }, /agent may write mig\.agt\.results/),
  apart("by a right to change what it publishes to", { configure: "^mig$" }, /agent may configure mig, which/),
  apart(
    "by what no automaton models",
    { read: "^mig\\.agt\\.(?!results).*$" },
    /agent may read what .* matches, which cannot be judged/,
  ),

  guest("for another account", "rabbitmq:index/user:User", { name: "api" }),
  guest("by an account", "rabbitmq:index/user:User", { name: "guest" }, /it is for guest/),
  guest("by its permissions", "rabbitmq:index/permissions:Permissions", { user: "guest" }, /it is for guest/),
  guest("by an operator", "pulumi:providers:rabbitmq", { username: "guest" }, /it is for guest/),

  {
    ...{ rule: "guest-deleted", when: "where a resource deletes it" },
    stack: [...cluster({ nodes: [] }), { type: "rabbitmq-accounts:index:AbsentUser", inputs: { user: "guest" } }],
  },
  { rule: "guest-deleted", when: "where there is no broker", stack: [ADMINISTRATOR] },
  {
    ...{ rule: "guest-deleted", when: "by a virtual host without that" },
    ...{ stack: cluster({ nodes: [] }), fault: ["vhost", /the broker of vhost keeps its guest/] },
  },

  replicated("for a single node", { nodes: ["relay1"], generation: 3 }),
  replicated("for mirrored queues on RabbitMQ 3", { nodes: PAIR, generation: 3, policy: HA }),
  replicated("for quorum queues on RabbitMQ 4", { nodes: PAIR, generation: 4, queueType: "quorum" }),
  replicated("by a cluster of RabbitMQ 3 without a policy", { nodes: PAIR, generation: 3 }, [
    "vhost",
    /mig on relay1, relay2 has no HA policy/,
  ]),
  replicated("by a policy for exchanges alone", { nodes: PAIR, policy: { ...HA, applyTo: "exchanges" } }, [
    "vhost",
    /no HA policy/,
  ]),
  replicated("for two of three nodes", {
    nodes: PAIR,
    policy: { ...HA, definition: { "ha-mode": "exactly", "ha-params": 2 } },
  }),
  replicated(
    "by a policy for one node",
    { nodes: PAIR, policy: { ...HA, definition: { "ha-mode": "exactly", "ha-params": "1" } } },
    ["vhost", /no HA policy/],
  ),
  replicated(
    "by a policy for one named node",
    { nodes: PAIR, policy: { ...HA, definition: { "ha-mode": "nodes", "ha-params": ["rabbit@relay1"] } } },
    ["vhost", /no HA policy/],
  ),
  {
    ...{ rule: "queues-replicated", when: "by a policy that no queue's name matches" },
    stack: [...cluster({ nodes: PAIR, policy: { ...HA, pattern: "^nothing\\." } }), ...MIG],
    fault: ["vhost", /mig on relay1, relay2 has no HA policy for its queues/],
  },
  {
    ...{ rule: "queues-replicated", when: "for MIG's own" },
    stack: [...cluster({ nodes: PAIR, policy: HA }), ...MIG],
  },
  replicated("by an HA policy on RabbitMQ 4", { nodes: ["a"], generation: 4, policy: HA }, [
    "policy",
    /RabbitMQ 4 refuses the HA policy policy/,
  ]),
  replicated("by classic queues on RabbitMQ 4", { nodes: PAIR, generation: 4 }, [
    "vhost",
    /has classic queues by default/,
  ]),
];
