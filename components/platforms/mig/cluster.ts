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

/** Functions of the shell, for scripts that ask as little as they can: a command of RabbitMQ's takes a second. */
const FUNCTIONS = [
  `peers() { sed -n 's/^cluster_formation.classic_config.nodes.*= //p' ${CLUSTER_FILE} 2>/dev/null; }`,
  "status() { rabbitmqctl -q cluster_status --formatter json; }",
  // The names within one list of the status, each on a line of its own.
  `listed() { sed -n "s/.*\\"$1\\":\\[\\([^]]*\\)\\].*/\\1/p" | tr -d '" ' | tr , '\\n' | grep .; }`,
  // Without a standard input of its own it would read that of the pipeline which asks for it.
  "me() { rabbitmqctl -q eval 'node().' </dev/null | tr -d \"'\"; }",
];

/** The node that others join: the first that holds MIG's vhost and, while none does, the first of all. */
const MEMBERSHIP = [
  "home() {",
  "  for node in $(peers); do",
  `    if rabbitmqctl -s -n "$node" list_vhosts </dev/null 2>/dev/null | grep -qx ${VHOST}; then echo "$node"; return; fi`,
  "  done",
  "  peers | head -n 1",
  "}",
  "is_member() {",
  "  up=$(status | listed running_nodes) || return 1",
  '  [ "$(echo "$up" | wc -l)" -gt 1 ] || [ "$up" = "$(home)" ]',
  "}",
  // A new node has none of what was there before it came; later queues come to it by themselves.
  "holds_replicas() {",
  `  replicas=$(rabbitmqctl -s list_queues -p ${VHOST} type members 2>/dev/null | grep ^quorum) || return 0`,
  '  echo "$replicas" | grep -qF "$(me)"',
  "}",
];

/**
 * How a node comes into the cluster of its peers, and how it leaves it. Joining resets the node, so that one which holds a
 * virtual host of somebody's is refused; leaving resets it as well, and it stays stopped until its configuration names no
 * peers any more. The last one of a cluster keeps what it has.
 *
 * @param generation on RabbitMQ 4 quorum queues have to be spread to a new node, and taken off one that leaves
 */
export function memberCommands(generation: BrokerGeneration) {
  const quorum = generation === 4;
  const check = quorum ? "is_member && holds_replicas" : "is_member";
  const withdraw = quorum ? 'rabbitmq-queues -q shrink "$(me)" >/dev/null && ' : "";
  const join = [
    // Stopped by an attempt that was cut short, it joins by itself when it starts.
    "status >/dev/null 2>&1 || rabbitmqctl -q start_app || exit 1",
    "if ! is_member; then",
    "  held=$(rabbitmqctl -s list_vhosts | grep -vx / | tr '\\n' ' ')",
    '  if [ -n "$held" ]; then',
    '    echo "it holds the virtual hosts $held, which joining would throw away: delete them there first" >&2',
    "    exit 1",
    "  fi",
    "  home=$(home)",
    '  rabbitmqctl -q stop_app && rabbitmqctl -q reset && rabbitmqctl -q join_cluster "$home" &&',
    "    rabbitmqctl -q start_app || exit 1",
    "fi",
    ...(quorum ? [`rabbitmq-queues -q grow "$(me)" all --vhost-pattern '^${VHOST}$' >/dev/null`] : []),
  ];
  const leave = [
    `[ -e ${CLUSTER_FILE} ] || exit 0`,
    // One that does not run is forgotten by the others.
    "rabbitmqctl -q ping >/dev/null 2>&1 || rabbitmqctl -q ping >/dev/null 2>&1 || exit 0",
    "up=$(status | listed running_nodes)",
    'if [ -z "$up" ]; then echo "its rabbit application is stopped: start it with rabbitmqctl start_app" >&2; exit 1; fi',
    '[ "$(echo "$up" | wc -l)" -gt 1 ] || exit 0',
    `${withdraw}rabbitmqctl -q stop_app && rabbitmqctl -q reset`,
  ];
  const script = (...lines: readonly string[]) => [...FUNCTIONS, ...MEMBERSHIP, ...lines].join("\n");
  return { check: script(check), apply: script(...join), revert: script(...leave) };
}

/** How a member that is down and not among the peers any more is forgotten by the others. */
export function forgetCommands(generation: BrokerGeneration) {
  const gone = [
    "gone() {",
    "  found=$(status) || return 1",
    '  kept=$(peers; echo "$found" | listed running_nodes)',
    // One pattern a line. Every member is kept: then nothing is left, which is no failure.
    '  echo "$found" | listed disk_nodes | grep -vxF -e "$kept" || :',
    "}",
  ];
  const withdraw = generation === 4 ? 'rabbitmq-queues -q shrink "$node" >/dev/null; ' : "";
  const forget = `for node in $(gone); do ${withdraw}rabbitmqctl -q forget_cluster_node "$node" || exit 1; done`;
  const script = (line: string) => [...FUNCTIONS, ...gone, line].join("\n");
  return { check: script('nodes=$(gone) && [ -z "$nodes" ]'), apply: script(forget) };
}
