import { isNothing } from "./bridge-fields";
import { isPropertyMap, type PropertyMap, type Value } from "./values";

/**
 * Inputs in which the properties under `ignoreChanges` are as the state has them, so that neither a diff nor an update
 * touches them. Paths are Pulumi's: `roles`, `settings.arguments`, `tags[0]`, `tags[*]`, `definition["max-length"]`.
 */
export function ignoreChanges(inputs: PropertyMap, state: PropertyMap, paths: readonly string[]): PropertyMap {
  return paths.reduce((kept: PropertyMap, path) => keep(kept, state, segmentsOf(path)), inputs);
}

function segmentsOf(path: string): string[] {
  return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[([^\]]*)\]|([^.[\]]+)/g)].map(
    ([, quoted, index, name]) => quoted?.replace(/\\(.)/g, "$1") ?? index ?? name ?? "",
  );
}

function keep(inputs: PropertyMap, state: PropertyMap, segments: readonly string[]): PropertyMap {
  const [first, ...rest] = segments;
  if (first === undefined) return inputs;
  const names = first === "*" ? [...new Set([...Object.keys(inputs), ...Object.keys(state)])] : [first];
  const kept: Record<string, Value> = { ...inputs };
  for (const name of names) {
    const value = keepValue(inputs[name], state[name], rest);
    if (isNothing(value)) delete kept[name];
    else kept[name] = value;
  }
  return kept;
}

function keepValue(input: Value | undefined, old: Value | undefined, rest: readonly string[]): Value | undefined {
  const [first, ...deeper] = rest;
  if (first === undefined) return old;
  if (isPropertyMap(input) && isPropertyMap(old)) return keep(input, old, rest);
  if (!Array.isArray(input) || !Array.isArray(old)) return input;
  return input.map((member: Value, i) => {
    const chosen = first === "*" || first === String(i);
    return chosen && i < old.length ? (keepValue(member, old[i], deeper) ?? member) : member;
  });
}
