import { stackRule } from "../rule";
import { commonName, matchesAll, readPattern } from "../patterns";
import { permissionsOf } from "../permissions";
import { type Member, hostOf, list, map, number, placedFiles, text } from "../subject";
import { BROKER_PERMISSIONS, BROKER_POLICY, FILE_SET, VHOST, nameOf, typeOf } from "../types";

export const brokerQueueRules = [
  stackRule<{ readonly nodeFiles: string; readonly components: readonly string[] }>({
    name: "queues-replicated",
    displayName: "Queues of a cluster survive a node",
    description:
      "In a cluster every virtual host has an HA policy on RabbitMQ 3, and quorum queues by default on 4, which has no HA policies.",
    severity: "medium",
    level: "mandatory",
    control: "CP-10",
    tags: ["broker"],
    remedy: "on RabbitMQ 3 set mirrored in the environment's relay, on 4 leave it out and set generation: 4",
    config: {
      nodeFiles: {
        type: "string",
        description: "How the paths begin of files that a node of the broker has: hosts with such files are nodes.",
        default: "/etc/rabbitmq/",
      },
      components: {
        type: "array",
        items: { type: "string" },
        description: "Components with an input `generation`, the RabbitMQ series.",
        default: ["groundwork:mig:Relay"],
      },
    },
    check: (members, report, { nodeFiles, components }) => {
      for (const vhost of members.filter(({ type }) => type === VHOST)) {
        const name = text(vhost.inputs["name"]) ?? nameOf(vhost.urn);
        const policies = members.filter((member) => member.type === BROKER_POLICY && isOf(member, name));
        const mirroring = policies.filter(isMirroring);
        const isQuorum = text(vhost.inputs["defaultQueueType"]) === "quorum";
        const generation = generationOf(vhost, members, components) ?? (isQuorum ? 4 : 3);
        const nodes = nodesOf(vhost, members, nodeFiles);
        if (generation >= 4) {
          for (const { urn } of mirroring) report(`RabbitMQ ${generation} refuses the HA policy ${nameOf(urn)}`, urn);
          if (nodes.length > 1 && !isQuorum)
            report(`${name} on ${nodes.join(", ")} has classic queues by default`, vhost.urn);
        } else if (
          nodes.length > 1 &&
          !mirroring.some((policy) => replicates(policy) && isForQueues(policy, name, members))
        ) {
          report(`${name} on ${nodes.join(", ")} has no HA policy for its queues`, vhost.urn);
        }
      }
    },
  }),
];

function isOf({ inputs }: Member, vhost: string): boolean {
  return text(inputs["vhost"]) === vhost;
}

function isMirroring({ inputs }: Member): boolean {
  return map(map(inputs["policy"])["definition"])["ha-mode"] !== undefined;
}

/** Of queues, on more nodes than one: one for exchanges alone mirrors nothing. Source: RabbitMQ's guide to mirroring. */
function replicates({ inputs }: Member): boolean {
  const { applyTo, definition } = map(inputs["policy"]);
  const { "ha-mode": mode, "ha-params": params } = map(definition);
  if (text(applyTo) === "exchanges") return false;
  switch (text(mode)) {
    case "exactly":
      return (number(params) ?? 2) >= 2;
    case "nodes":
      return list(params).length !== 1;
    default:
      return true;
  }
}

/** Whether a queue that some account reads from has such a name. Where nobody is permitted anything, nobody knows. */
function isForQueues({ inputs }: Member, vhost: string, members: readonly Member[]): boolean {
  const pattern = readPattern(text(map(inputs["policy"])["pattern"]) ?? "");
  const read = members
    .filter((member) => member.type === BROKER_PERMISSIONS && isOf(member, vhost))
    .flatMap((member) => permissionsOf(member).filter((each) => each.right === "read" && !matchesAll(each.pattern)));
  return read.length === 0 || read.some((each) => commonName(pattern, each.pattern) !== undefined);
}

function generationOf(vhost: Member, members: readonly Member[], components: readonly string[]): number | undefined {
  const urn = vhost.lineage.find((each) => components.includes(typeOf(each)));
  return number(members.find((member) => member.urn === urn)?.inputs["generation"]);
}

/** Hosts of the same platform on which a node's files are. */
function nodesOf(vhost: Member, members: readonly Member[], nodeFiles: string): readonly string[] {
  const root = vhost.lineage.at(-1);
  const nodes = members.filter(
    (member) =>
      member.type === FILE_SET &&
      member.lineage.at(-1) === root &&
      placedFiles(member).some(({ path }) => path.startsWith(nodeFiles)),
  );
  return [...new Set(nodes.map(hostOf))].sort();
}
