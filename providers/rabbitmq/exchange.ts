import { block, text } from "./values";
import type { PropertyMap } from "../base/values";
import { ARGUMENTS, declareArguments, type LiveArguments } from "./arguments";
import { scopedResource } from "./scoped";

interface LiveExchange {
  readonly type: string;
  readonly durable: boolean;
  readonly auto_delete: boolean;
  readonly arguments: LiveArguments;
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

export const EXCHANGE = scopedResource<LiveExchange>({
  kind: "exchange",
  collection: "exchanges",
  nameField: "name",
  fields: {
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
  declare: declareExchange,
  describe: ({ type, durable, auto_delete: autoDelete, arguments: args }) => ({
    settings: { type, durable, autoDelete, arguments: args as PropertyMap },
  }),
});
