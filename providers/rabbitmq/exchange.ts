import type { FieldTable, ResourceSpec } from "../base/bridge-spec";
import type { PropertyMap } from "../base/values";
import { ARGUMENTS, declareArguments, type LiveArguments } from "./arguments";
import { refuseExisting } from "./existing";
import { findScoped, knownScoped, scopedCandidates, scopedId, type Scoped } from "./ids";
import type { Management } from "./management";
import { apiPath, block, text } from "./values";

interface LiveExchange {
  readonly type: string;
  readonly durable: boolean;
  readonly auto_delete: boolean;
  readonly arguments: LiveArguments;
}

/** Name and vhost of an exchange or a queue. */
export const NAMED: FieldTable = {
  name: { type: "string", required: true, forceNew: true },
  vhost: { type: "string", forceNew: true, default: "/" },
};

function exchangePath({ name, vhost }: Scoped): string {
  return apiPath("exchanges", vhost, name);
}

function declareExchange(inputs: PropertyMap): object {
  const settings = block(inputs.settings);
  return {
    type: text(settings.type),
    durable: settings.durable === true,
    auto_delete: settings.autoDelete === true,
    arguments: declareArguments(settings),
  };
}

export const EXCHANGE: ResourceSpec<Management> = {
  fields: {
    ...NAMED,
    settings: {
      type: "list",
      required: true,
      forceNew: true,
      maxItemsOne: true,
      element: {
        type: { type: "string", required: true, forceNew: true },
        durable: { type: "bool", forceNew: true, default: false },
        autoDelete: { type: "bool", forceNew: true, default: false },
        ...ARGUMENTS,
      },
    },
  },
  autoname: "name",
  id: (inputs) => scopedId(inputs.name, inputs.vhost),

  async create(client, inputs) {
    const scope = { name: text(inputs.name), vhost: text(inputs.vhost) };
    await refuseExisting(client, exchangePath(scope), "exchange", scopedId(inputs.name, inputs.vhost));
    await client.put(exchangePath(scope), declareExchange(inputs));
  },

  async read(client, id, known) {
    const live = await findScoped(scopedCandidates(id, known, "name"), (scope) =>
      client.get<LiveExchange>(exchangePath(scope)),
    );
    if (!live) return undefined;
    const { type, durable, auto_delete: autoDelete } = live.found;
    const settings = { type, durable, autoDelete, arguments: live.found.arguments as PropertyMap };
    return { name: live.name, vhost: live.vhost, settings };
  },

  // Every property replaces.
  update: async () => undefined,

  delete: (client, id, state) => client.delete(exchangePath(knownScoped(id, state, "name"))),
};
