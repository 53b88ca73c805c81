import type { ResourceSpec } from "../base/bridge-spec";
import type { PropertyMap } from "../base/values";
import {
  ARGUMENTS,
  ARGUMENTS_JSON,
  declareArguments,
  judgeArguments,
  readArguments,
  type LiveArguments,
} from "./arguments";
import { NAMED } from "./exchange";
import { refuseExisting } from "./existing";
import { findScoped, knownScoped, scopedCandidates, scopedId, type Scoped } from "./ids";
import type { Management } from "./management";
import { apiPath, block, text } from "./values";

interface LiveQueue {
  readonly durable: boolean;
  readonly auto_delete: boolean;
  readonly arguments: LiveArguments;
}

function queuePath({ name, vhost }: Scoped): string {
  return apiPath("queues", vhost, name);
}

function declareQueue(inputs: PropertyMap): object {
  const settings = block(inputs.settings);
  return {
    durable: settings.durable === true,
    auto_delete: settings.autoDelete === true,
    arguments: declareArguments(settings),
  };
}

export const QUEUE: ResourceSpec<Management> = {
  fields: {
    ...NAMED,
    settings: {
      type: "list",
      required: true,
      forceNew: true,
      maxItemsOne: true,
      element: {
        durable: { type: "bool", forceNew: true, default: false },
        autoDelete: { type: "bool", forceNew: true, default: false },
        ...ARGUMENTS,
        ...ARGUMENTS_JSON,
      },
    },
  },
  autoname: "name",
  validate: (inputs) => judgeArguments(block(inputs.settings), "settings."),
  id: (inputs) => scopedId(inputs.name, inputs.vhost),

  async create(client, inputs) {
    const scope = { name: text(inputs.name), vhost: text(inputs.vhost) };
    await refuseExisting(client, queuePath(scope), "queue", scopedId(inputs.name, inputs.vhost));
    await client.put(queuePath(scope), declareQueue(inputs));
  },

  async read(client, id, known) {
    const live = await findScoped(scopedCandidates(id, known, "name"), (scope) =>
      client.get<LiveQueue>(queuePath(scope)),
    );
    if (!live) return undefined;
    const { durable, auto_delete: autoDelete } = live.found;
    const args = readArguments(live.found.arguments, block(known?.settings));
    const split =
      "text" in args ? { arguments: {}, argumentsJson: args.text } : { arguments: args.map, argumentsJson: "" };
    return { name: live.name, vhost: live.vhost, settings: { durable, autoDelete, ...split } };
  },

  // Every property replaces.
  update: async () => undefined,

  delete: (client, id, state) => client.delete(queuePath(knownScoped(id, state, "name"))),
};
