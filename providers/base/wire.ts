import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { isPropertyMap, mapMembers, Secret, UNKNOWN, Unknown } from "./values";
import type { PropertyMap, Value } from "./values";

/**
 * Property values on Pulumi's protocol: a `google.protobuf.Struct` in which special values are objects with a signature
 * key, and unknowns are well-known strings. Resource references and assets pass through as the objects that they are.
 * Source: Pulumi's documentation of property values ("deployment-execution" and "values" in its developer docs).
 */
export const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
export const SIGNATURES = {
  secret: "1b47061264138c4ac30d75fd1eb44270",
  output: "d0e6a833031e9bbcd3f4e8bde6ca49a4",
  resource: "5cf8f73096256a8f31e491e813e4eb8e",
  asset: "c44067f5952c0a294b673a41bacd8c17",
  archive: "0def7320c3a5731c473e5ecbe6d01bc7",
} as const;

const UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** The id, in a provider reference, of a provider that is still to be made. */
export const UNKNOWN_ID = UNKNOWN_STRING;
const UNKNOWN_STRINGS = new Set([
  UNKNOWN_STRING,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // boolean
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
  "030794c1-ac77-496b-92df-f27374a8bd58", // asset
  "e48ece36-62e2-4504-bad9-02848725956a", // archive
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
]);

/** Any copy of the library's Struct: a program brings its own. */
export interface StructLike {
  toJavaScript(): Record<string, unknown>;
}

export function fromStruct(struct: StructLike | undefined): PropertyMap {
  return struct === undefined ? {} : (fromWire(struct.toJavaScript()) as PropertyMap);
}

export function toStruct(map: PropertyMap): Struct {
  return Struct.fromJavaScript(toWire(map) as Record<string, JavaScriptValue>);
}

export function fromWire(wire: unknown): Value {
  if (typeof wire === "string") return UNKNOWN_STRINGS.has(wire) ? UNKNOWN : wire;
  if (wire === null || wire === undefined) return null;
  if (typeof wire === "boolean" || typeof wire === "number") return wire;
  if (typeof wire !== "object")
    throw new Error(`a ${typeof wire} cannot be a property: it is neither JSON nor known to Pulumi`);
  if (Array.isArray(wire)) return wire.map(fromWire);
  const object = wire as Record<string, unknown>;
  switch (object[SIGNATURE_KEY]) {
    case SIGNATURES.secret:
      return asSecret(fromWire(object["value"]));
    case SIGNATURES.output: {
      const value = "value" in object ? fromWire(object["value"]) : UNKNOWN;
      return object["secret"] === true ? asSecret(value) : value;
    }
    default: {
      const map: Record<string, Value> = {};
      for (const key of Object.keys(object).sort()) map[key] = fromWire(object[key]);
      return map;
    }
  }
}

function asSecret(value: Value): Secret {
  return value instanceof Secret ? value : new Secret(value);
}

export function toWire(value: Value): unknown {
  if (value instanceof Secret) return { [SIGNATURE_KEY]: SIGNATURES.secret, value: toWire(value.value) };
  if (value instanceof Unknown) return UNKNOWN_STRING;
  if (!isPropertyMap(value)) return mapMembers(value, toWire as (member: Value) => Value);
  const map: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) map[key] = toWire(value[key] ?? null);
  return map;
}
