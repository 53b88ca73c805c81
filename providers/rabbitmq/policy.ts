import type { ResourceSpec } from "../base/bridge-spec";
import type { PropertyMap, Value } from "../base/values";
import { refuseExisting } from "./existing";
import { findScoped, knownScoped, scopedCandidates, scopedId, type Scoped } from "./ids";
import type { Management } from "./management";
import { apiPath, block, text } from "./values";

interface LivePolicy {
  readonly pattern: string;
  readonly priority: number;
  readonly "apply-to": string;
  readonly definition: Readonly<Record<string, unknown>>;
}

function policyPath({ name, vhost }: Scoped): string {
  return apiPath("policies", vhost, name);
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

export const POLICY: ResourceSpec<Management> = {
  fields: {
    name: { type: "string", required: true, forceNew: true },
    vhost: { type: "string", required: true, forceNew: true },
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
  autoname: "name",
  id: (inputs) => scopedId(inputs.name, inputs.vhost),

  async create(client, inputs) {
    const scope = { name: text(inputs.name), vhost: text(inputs.vhost) };
    const id = scopedId(inputs.name, inputs.vhost);
    await refuseMirroring(client, id, inputs);
    await refuseExisting(client, policyPath(scope), "policy", id);
    await client.put(policyPath(scope), declarePolicy(inputs));
  },

  async read(client, id, known) {
    const live = await findScoped(scopedCandidates(id, known, "name"), (scope) =>
      client.get<LivePolicy>(policyPath(scope)),
    );
    if (!live) return undefined;
    const { pattern, priority, definition } = live.found;
    const policy = { pattern, priority, applyTo: live.found["apply-to"], definition: readDefinition(definition) };
    return { name: live.name, vhost: live.vhost, policy };
  },

  async update(client, id, inputs, state) {
    await refuseMirroring(client, id, inputs);
    await client.put(policyPath(knownScoped(id, state, "name")), declarePolicy(inputs));
  },

  delete: (client, id, state) => client.delete(policyPath(knownScoped(id, state, "name"))),
};
