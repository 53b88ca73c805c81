import type { PropertyMap } from "../base/values";
import {
  ARGUMENTS,
  ARGUMENTS_JSON,
  declareArguments,
  judgeArguments,
  readArguments,
  type LiveArguments,
} from "./arguments";
import { scopedResource } from "./scoped";
import { block } from "./values";

interface LiveQueue {
  readonly durable: boolean;
  readonly auto_delete: boolean;
  readonly arguments: LiveArguments;
}

function declareQueue(inputs: PropertyMap): object {
  const settings = block(inputs.settings);
  return {
    durable: settings.durable === true,
    auto_delete: settings.autoDelete === true,
    arguments: declareArguments(settings),
  };
}

function describeQueue(live: LiveQueue, known: PropertyMap | undefined): PropertyMap {
  const args = readArguments(live.arguments, block(known?.settings));
  return {
    settings: { durable: live.durable, autoDelete: live.auto_delete, arguments: {}, argumentsJson: "", ...args },
  };
}

export const QUEUE = scopedResource<LiveQueue>({
  kind: "queue",
  collection: "queues",
  nameField: "name",
  fields: {
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
  validate: (inputs) => judgeArguments(block(inputs.settings), "settings."),
  declare: declareQueue,
  describe: describeQueue,
});
