import type { BrokerGeneration } from "../../broker";
import type { Host } from "../../hosts";
import { VHOST } from "./broker-permissions";

/** Read by a node that starts with nothing: no running one has to be told of a change. */
export const CLUSTER_DIRECTORY = "/etc/rabbitmq/conf.d";
export const CLUSTER_FILE = `${CLUSTER_DIRECTORY}/90-mig-cluster.conf`;

/**
 * What a node calls itself in Erlang, and what all others have to be able to resolve.
 *
 * @param template `rabbit@{name}`, or `rabbit@{fqdn}` where nodes have long names
 */
export function nodeName(template: string, host: Pick<Host, "name" | "fqdn">): string {
  return template.replaceAll("{name}", host.name).replaceAll("{fqdn}", host.fqdn ?? host.name);
}

/** Peer discovery by a list of nodes. Source: RabbitMQ, "Cluster Formation and Peer Discovery". */
export function clusterConfig(nodes: readonly string[]): string {
  return [
    "cluster_formation.peer_discovery_backend = classic_config",
    ...nodes.map((node, index) => `cluster_formation.classic_config.nodes.${index + 1} = ${node}`),
    "",
  ].join("\n");
}

const ACCOUNT_OF_NODE = [
  `peers() { sed -n 's/^cluster_formation.classic_config.nodes.*= //p' ${CLUSTER_FILE} 2>/dev/null || :; }`,
  "status() { rabbitmqctl -q cluster_status --formatter json; }",
  // The names within one list of the status, each on a line of its own.
  `listed() { sed -n "s/.*\\"$1\\":\\[\\([^]]*\\)\\].*/\\1/p" | tr -d '" ' | tr , '\\n'; }`,
  "me() { rabbitmqctl -q eval 'node().' | tr -d \"'\"; }",
];

/** The cluster that nodes are to be in: that of the first which holds MIG's vhost and, while none does, the first's. */
const HOME = [
  "home() {",
  "  for node in $(peers); do",
  `    rabbitmqctl -s -n "$node" list_vhosts 2>/dev/null | grep -qx ${VHOST} && echo "$node" && return`,
  "  done",
  "  peers | head -n 1",
  "}",
];

const IS_MEMBER = 'is_member() { status | listed running_nodes | grep -qx "$(home)"; }';

/**
 * How a node comes into the cluster of its peers, and how it leaves it. Joining resets the node, so that one which holds
 * a virtual host of somebody's is refused; leaving resets it as well, and it stays stopped until its configuration has no peers
 * any more. The last one that is taken away keeps what it has.
 *
 * @param generation on RabbitMQ 4 quorum queues have to be spread over a new node, and taken off one that leaves
 */
export function memberCommands(generation: BrokerGeneration) {
  const grow = generation === 4 ? [`rabbitmq-queues -q grow "$(me)" all --vhost-pattern '^${VHOST}$' >&2`] : [];
  const shrink = generation === 4 ? ['rabbitmq-queues -q shrink "$(me)" >&2'] : [];
  const join = [
    // Stopped by an attempt that was cut short: it may well join by itself.
    "rabbitmqctl -q await_startup --timeout 1 2>/dev/null || rabbitmqctl -q start_app",
    "if ! is_member; then",
    "  held=$(rabbitmqctl -s list_vhosts | grep -vx / | tr '\\n' ' ')",
    '  if [ -n "$held" ]; then',
    '    echo "it holds the virtual hosts $held, which joining would throw away: delete them there first" >&2',
    "    exit 1",
    "  fi",
    "  home=$(home)",
    '  rabbitmqctl -q stop_app && rabbitmqctl -q reset && rabbitmqctl -q join_cluster "$home" && rabbitmqctl -q start_app',
    "fi",
  ];
  const leave = [
    `[ -e ${CLUSTER_FILE} ] || exit 0`,
    'others=$(status | listed running_nodes | grep -vx "$(me)" || :)',
    '[ -n "$others" ] || exit 0',
    ...shrink,
    "rabbitmqctl -q stop_app && rabbitmqctl -q reset",
  ];
  const script = (...lines: readonly string[]) =>
    ["set -e", ...ACCOUNT_OF_NODE, ...HOME, IS_MEMBER, ...lines].join("\n");
  return { check: script("is_member"), apply: script(...join, ...grow), revert: script(...leave) };
}

/** How a member that is down and not among the peers any more is forgotten by the others. */
export function forgetCommands(generation: BrokerGeneration) {
  const gone = [
    "gone() {",
    "  up=$(status | listed running_nodes)",
    "  status | listed disk_nodes | while read -r node; do",
    '    { peers; echo "$up"; } | grep -qx "$node" || echo "$node"',
    "  done",
    "}",
  ];
  const shrink = generation === 4 ? ['  rabbitmq-queues -q shrink "$node" >&2'] : [];
  const script = (...lines: readonly string[]) => ["set -e", ...ACCOUNT_OF_NODE, ...gone, ...lines].join("\n");
  return {
    check: script('[ -z "$(gone)" ]'),
    apply: script("for node in $(gone); do", ...shrink, '  rabbitmqctl -q forget_cluster_node "$node"', "done"),
  };
}
