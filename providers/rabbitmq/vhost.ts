import type { ResourceSpec } from "../base/bridge-spec";
import type { PropertyMap, Value } from "../base/values";
import { refuseExisting } from "./existing";
import type { Management } from "./management";
import { apiPath, optionalText, text } from "./values";

interface LiveVhost {
  readonly name: string;
  readonly description?: string;
  readonly tracing?: boolean;
  /** Since RabbitMQ 3.11. */
  readonly default_queue_type?: string;
}

type LiveLimits = readonly { readonly value?: Readonly<Record<string, number>> }[];

/** Properties that are limits, and their names on the broker. */
const LIMITS = { maxConnections: "max-connections", maxQueues: "max-queues" } as const;
const LIMIT_NAMES = Object.keys(LIMITS) as (keyof typeof LIMITS)[];

function judgeLimit(value: string): string | undefined {
  return /^(-?\d+)?$/.test(value) ? undefined : 'must be a whole number as a string, or "" for no limit';
}

function declareVhost(inputs: PropertyMap): object {
  const defaultQueueType = optionalText(inputs.defaultQueueType);
  return {
    description: text(inputs.description),
    tracing: inputs.tracing === true,
    ...(defaultQueueType !== undefined && { default_queue_type: defaultQueueType }),
  };
}

async function setLimits(client: Management, vhost: string, inputs: PropertyMap, old: PropertyMap): Promise<void> {
  for (const property of LIMIT_NAMES) {
    const path = apiPath("vhost-limits", vhost, LIMITS[property]);
    const [wanted, had] = [optionalText(inputs[property]), optionalText(old[property])];
    if (wanted !== undefined) await client.put(path, { value: Number(wanted) });
    else if (had !== undefined) await client.delete(path);
  }
}

/** A limit that nobody declared and nobody set stays null; one that is gone reads as "". */
function readLimits(limits: LiveLimits, known: PropertyMap | undefined): Record<string, Value> {
  const values = limits[0]?.value ?? {};
  const read: Record<string, Value> = {};
  for (const property of LIMIT_NAMES) {
    const value = values[LIMITS[property]];
    if (value !== undefined) read[property] = String(value);
    else if (optionalText(known?.[property]) !== undefined) read[property] = "";
  }
  return read;
}

/** Limits that are not set have to be asked for, the queue type is only told apart from the broker's when declared. */
function readQueueType(live: LiveVhost, known: PropertyMap | undefined): Record<string, Value> {
  const declared = optionalText(known?.defaultQueueType) !== undefined;
  return declared && live.default_queue_type !== undefined ? { defaultQueueType: live.default_queue_type } : {};
}

export const VHOST: ResourceSpec<Management> = {
  fields: {
    name: { type: "string", required: true, forceNew: true },
    description: { type: "string" },
    defaultQueueType: { type: "string" },
    tracing: { type: "bool" },
    maxConnections: { type: "string", validate: judgeLimit },
    maxQueues: { type: "string", validate: judgeLimit },
  },
  autoname: "name",
  id: (inputs) => text(inputs.name),

  async create(client, inputs, exists) {
    const name = text(inputs.name);
    const path = apiPath("vhosts", name);
    await refuseExisting(client, path, "vhost", name);
    await client.put(path, declareVhost(inputs));
    exists();
    await setLimits(client, name, inputs, {});
  },

  async read(client, id, known) {
    const live = await client.get<LiveVhost>(apiPath("vhosts", id));
    if (!live) return undefined;
    const limits = (await client.get<LiveLimits>(apiPath("vhost-limits", id))) ?? [];
    return {
      name: live.name,
      description: live.description ?? "",
      tracing: live.tracing === true,
      ...readLimits(limits, known),
      ...readQueueType(live, known),
    };
  },

  async update(client, id, inputs, state) {
    await client.put(apiPath("vhosts", id), declareVhost(inputs));
    await setLimits(client, id, inputs, state);
  },

  delete: (client, id) => client.delete(apiPath("vhosts", id)),
};
