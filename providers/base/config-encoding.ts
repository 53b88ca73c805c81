import { Secret, Unknown } from "./values";
import type { PropertyMap, Value } from "./values";

/** Set by the engine among a provider's inputs, in its own form. */
const ENGINES_OWN = new Set(["version", "pluginDownloadURL", "__internal"]);

/** A provider's configuration as the protocol and the state hold it: every value that is not a string as JSON in one. */
export function encodeConfig(inputs: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [name, ENGINES_OWN.has(name) ? value : encode(value)]),
  );
}

function encode(value: Value): Value {
  if (value instanceof Secret) return new Secret(encode(value.value));
  return typeof value === "string" || value instanceof Unknown ? value : JSON.stringify(value);
}
