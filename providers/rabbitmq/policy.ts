import type { PropertyMap, Value } from "../base/values";
import type { Management } from "./management";
import { scopedResource } from "./scoped";
import { block, text } from "./values";

interface LivePolicy {
  readonly pattern: string;
  readonly priority: number;
  readonly "apply-to": string;
  readonly definition: Readonly<Record<string, unknown>>;
}

function declarePolicy(inputs: PropertyMap): object {
  const { pattern, priority, applyTo, definition } = block(inputs.policy);
  const entries = Object.entries(block(definition)).map(([key, value]) => [key, declareValue(key, text(value))]);
  return { pattern: text(pattern), priority, "apply-to": text(applyTo), definition: Object.fromEntries(entries) };
}

/** A definition is a map of strings; the broker wants its numbers as numbers and the nodes of `ha-params` as a list. */
function declareValue(key: string, value: string): unknown {
  if (/^[+-]?\d{1,15}$/.test(value)) return Number(value);
  return key === "ha-params" ? value.split(",") : value;
}

function readDefinition(definition: Readonly<Record<string, unknown>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(definition).map(([key, value]) => [key, readValue(value)]));
}

function readValue(value: unknown): string {
  if (Array.isArray(value)) return value.join(",");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** RabbitMQ 4 has no mirrored queues, and its own refusal does not say what to do instead. */
async function refuseMirroring(client: Management, id: string, inputs: PropertyMap): Promise<void> {
  const mirrored = Object.keys(block(block(inputs.policy).definition)).filter((key) => key.startsWith("ha-"));
  if (mirrored.length === 0) return;
  const version = await client.version();
  if (Number.parseInt(version, 10) < 4) return;
  throw new Error(
    `policy "${id}" sets ${mirrored.join(", ")}, but RabbitMQ ${version} on ${client.endpoint} has no mirrored queues: ` +
      "leave the policy out and set the vhost's defaultQueueType to quorum",
  );
}

export const POLICY = scopedResource<LivePolicy>({
  kind: "policy",
  collection: "policies",
  nameField: "name",
  vhostRequired: true,
  fields: {
    policy: {
      type: "list",
      required: true,
      maxItemsOne: true,
      element: {
        pattern: { type: "string", required: true },
        priority: { type: "int", required: true },
        applyTo: { type: "string", required: true },
        definition: { type: "map", required: true },
      },
    },
  },
  guard: refuseMirroring,
  declare: declarePolicy,
  describe: ({ pattern, priority, definition, "apply-to": applyTo }) => ({
    policy: { pattern, priority, applyTo, definition: readDefinition(definition) },
  }),
});
