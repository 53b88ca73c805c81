/**
 * How a node joins the cluster of another one. Joining resets the node: what it held before is gone, which for a node
 * that was just installed is nothing. A node that leaves is reset as well and goes on alone.
 * Source: RabbitMQ, "Clustering Guide".
 *
 * @param first the host name of a node that is in the cluster already; every node resolves it
 */
export function joinCommands(first: string) {
  const node = `rabbit@${first}`;
  return {
    check: `rabbitmqctl -q cluster_status --formatter json | grep -qF '"${node}"'`,
    apply: `rabbitmqctl -q stop_app && rabbitmqctl -q reset && rabbitmqctl -q join_cluster '${node}' && rabbitmqctl -q start_app`,
    revert: "rabbitmqctl -q stop_app && rabbitmqctl -q reset && rabbitmqctl -q start_app",
  };
}
