import { isDeepStrictEqual } from "node:util";

import type { FieldTable } from "../base/bridge-spec";
import type { PropertyMap, Value } from "../base/values";
import { block, optionalText } from "./values";

/** Arguments of the AMQP protocol, as the broker tells them. */
export type LiveArguments = Readonly<Record<string, unknown>>;

/** Optional arguments, as strings or, where other types are needed, as a JSON text; a change of either replaces. */
export const ARGUMENTS: FieldTable = { arguments: { type: "map", forceNew: true } };

export const ARGUMENTS_JSON: FieldTable = {
  argumentsJson: {
    type: "string",
    forceNew: true,
    validate: (value: string) => (value === "" || isObject(parse(value)) ? undefined : "must be the JSON of an object"),
    suppressDiff: (a, b) => isDeepStrictEqual(parse(a), parse(b)),
  },
};

function parse(text: unknown): unknown {
  try {
    return typeof text === "string" ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is LiveArguments {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function declareArguments(inputs: PropertyMap): object {
  const given = parse(inputs.argumentsJson);
  return isObject(given) ? given : block(inputs.arguments);
}

/** In the form that was declared; as JSON in any case when a value is no string, which a map could not hold. */
export function readArguments(live: LiveArguments, known: PropertyMap): PropertyMap {
  const asText = optionalText(known.argumentsJson) !== undefined;
  const entries = Object.entries(live).sort(([a], [b]) => (a < b ? -1 : 1));
  if (asText || entries.some(([, value]) => typeof value !== "string")) {
    return { argumentsJson: JSON.stringify(Object.fromEntries(entries)) };
  }
  return { arguments: Object.fromEntries(entries) as Record<string, Value> };
}

export function judgeArguments(inputs: PropertyMap, path: string): readonly { property: string; reason: string }[] {
  const both = Object.keys(block(inputs.arguments)).length > 0 && optionalText(inputs.argumentsJson) !== undefined;
  return both ? [{ property: `${path}argumentsJson`, reason: "goes instead of arguments: set one of them" }] : [];
}
