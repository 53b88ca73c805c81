import { stackRule } from "../rule";
import { type Member, hostOf, map, number, placedFiles, text } from "../subject";
import { BROKER_POLICY, FILE_SET, VHOST, nameOf, typeOf } from "../types";

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
        const mirroring = policies.filter(mirrors);
        const isQuorum = text(vhost.inputs["defaultQueueType"]) === "quorum";
        const generation = generationOf(vhost, members, components) ?? (isQuorum ? 4 : 3);
        const nodes = nodesOf(vhost, members, nodeFiles);
        if (generation >= 4) {
          for (const { urn } of mirroring) report(`RabbitMQ ${generation} refuses the HA policy ${nameOf(urn)}`, urn);
          if (nodes.length > 1 && !isQuorum)
            report(`${name} on ${nodes.join(", ")} has classic queues by default`, vhost.urn);
        } else if (nodes.length > 1 && mirroring.length === 0) {
          report(`${name} on ${nodes.join(", ")} has no HA policy for its queues`, vhost.urn);
        }
      }
    },
  }),
];

function isOf({ inputs }: Member, vhost: string): boolean {
  return text(inputs["vhost"]) === vhost;
}

/** Of queues: one for exchanges alone mirrors nothing. */
function mirrors({ inputs }: Member): boolean {
  const { applyTo, definition } = map(inputs["policy"]);
  return text(applyTo) !== "exchanges" && Object.keys(map(definition)).includes("ha-mode");
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
