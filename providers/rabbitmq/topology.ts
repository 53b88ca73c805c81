import type { FieldTable } from "../base/bridge-spec";
import type { PropertyMap } from "../base/values";
import * as args from "./arguments";
import { scopedResource } from "./scoped";
import { block } from "./values";

/** What an exchange and a queue have in common. */
interface LiveSettings {
  readonly durable: boolean;
  readonly auto_delete: boolean;
  readonly arguments: args.LiveArguments;
}

interface LiveExchange extends LiveSettings {
  readonly type: string;
}

function settingsField(more: FieldTable): FieldTable {
  const element: FieldTable = {
    durable: { type: "bool", forceNew: true, default: false },
    autoDelete: { type: "bool", forceNew: true, default: false },
    ...args.ARGUMENTS,
    ...more,
  };
  return { settings: { type: "list", required: true, forceNew: true, maxItemsOne: true, element } };
}

function declareSettings({ durable, autoDelete, type, ...settings }: PropertyMap): object {
  const declared = { durable: durable === true, auto_delete: autoDelete === true };
  return { ...declared, ...(type && { type }), arguments: args.declareArguments(settings) };
}

function describeQueue(live: LiveSettings, known: PropertyMap | undefined): PropertyMap {
  const given = args.readArguments(live.arguments, block(known?.settings));
  const { durable, auto_delete: autoDelete } = live;
  return { settings: { durable, autoDelete, arguments: {}, argumentsJson: "", ...given } };
}

export const EXCHANGE = scopedResource<LiveExchange>({
  kind: "exchange",
  collection: "exchanges",
  nameField: "name",
  fields: settingsField({ type: { type: "string", required: true, forceNew: true } }),
  declare: (inputs) => declareSettings(block(inputs.settings)),
  describe: ({ type, durable, auto_delete: autoDelete, arguments: live }) => ({
    settings: { type, durable, autoDelete, arguments: live as PropertyMap },
  }),
});

export const QUEUE = scopedResource<LiveSettings>({
  kind: "queue",
  collection: "queues",
  nameField: "name",
  fields: settingsField(args.ARGUMENTS_JSON),
  validate: (inputs) => args.judgeArguments(block(inputs.settings), "settings."),
  declare: (inputs) => declareSettings(block(inputs.settings)),
  describe: describeQueue,
});
