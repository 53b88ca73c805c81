import { isPropertyMap, Secret } from "../providers/base/values";
import type { PropertyMap, Value } from "../providers/base/values";

/** `a.b[0]["c.d"]` as its parts; `*` stands for every member. Source: Pulumi's property paths. */
export type PropertyPath = readonly (string | number)[];

export function parsePropertyPath(text: string): PropertyPath {
  const parts: (string | number)[] = [];
  const token = /(?:^|\.)([^.[\]"]+)|\[(\d+|\*)\]|\["((?:[^"\\]|\\.)*)"\]/y;
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (match === null) throw new Error(`"${text}" is not a property path`);
    const [, name, index, quoted] = match;
    if (name !== undefined) parts.push(name);
    else if (quoted !== undefined) parts.push(quoted.replace(/\\(.)/g, "$1"));
    else parts.push(index === "*" || index === undefined ? "*" : Number(index));
  }
  return parts;
}

/** Whether a changed path lies at or under the pattern: `privileges` covers `privileges[1]`. */
export function coversPath(pattern: PropertyPath, path: PropertyPath): boolean {
  return pattern.length <= path.length && pattern.every((part, i) => part === "*" || String(part) === String(path[i]));
}

/**
 * `target` with what stands at `path` in `source`: set, or removed where the source has nothing.
 * Where the target itself has no such place (a list that is too short), it is left as it is.
 */
export function copyPath(path: PropertyPath, source: Value | undefined, target: PropertyMap): PropertyMap {
  return copyInto(path, source, target) as PropertyMap;
}

function copyInto(path: PropertyPath, source: Value | undefined, target: Value): Value {
  if (target instanceof Secret) return new Secret(copyInto(path, source, target.value));
  const from = source instanceof Secret ? source.value : source;
  const [head, ...rest] = path;
  if (head === undefined) return target;
  if (head === "*") {
    const keys = Array.isArray(target) ? [...target.keys()] : isPropertyMap(target) ? Object.keys(target) : [];
    return keys.reduce<Value>((result, key) => copyInto([key, ...rest], from, result), target);
  }
  if (Array.isArray(target)) {
    const index = Number(head);
    const old = Array.isArray(from) ? from[index] : undefined;
    if (index >= target.length || old === undefined) return target;
    return target.map((member, i) => (i === index ? (rest.length === 0 ? old : copyInto(rest, old, member)) : member));
  }
  if (!isPropertyMap(target)) return target;
  const key = String(head);
  const old = isPropertyMap(from) ? from[key] : undefined;
  if (rest.length > 0) return key in target ? { ...target, [key]: copyInto(rest, old, target[key] ?? null) } : target;
  const { [key]: _dropped, ...others } = target;
  return old === undefined ? others : { ...target, [key]: old };
}
