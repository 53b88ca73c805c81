import { parsePropertyPath } from "../../engine/property-path";
import type { PropertyPath } from "../../engine/property-path";
import type { StepInfo } from "../../engine/events";
import type { PropertyDiff } from "../../providers/base/provider";
import { containsUnknown, equalValues, isPropertyMap, Secret, secret } from "../../providers/base/values";
import type { PropertyMap, Value } from "../../providers/base/values";

/** What became of one value, as a tree down to the values that differ. Source: Pulumi's `resource.ValueDiff`. */
export type ValueDiff =
  | { readonly kind: "same"; readonly value: Value }
  | { readonly kind: "add"; readonly value: Value }
  | { readonly kind: "delete"; readonly value: Value }
  | { readonly kind: "update"; readonly old: Value; readonly value: Value }
  | { readonly kind: "list"; readonly members: ReadonlyMap<number, ValueDiff> }
  | { readonly kind: "map"; readonly members: MapDiff };

export type MapDiff = ReadonlyMap<string, ValueDiff>;

/** Properties for machines, `__defaults` and the like: never shown. */
export function isInternalKey(key: string): boolean {
  return key.startsWith("__");
}

/** Every property of either side, sorted. A null counts as absent unless both sides have the property. */
export function diffMaps(old: PropertyMap, value: PropertyMap): MapDiff {
  const keys = [...new Set([...Object.keys(old), ...Object.keys(value)])].filter((key) => !isInternalKey(key)).sort();
  return new Map(keys.flatMap((key) => entry(key, diffMember(old[key], value[key]))));
}

function entry<Key>(key: Key, diff: ValueDiff | undefined): [Key, ValueDiff][] {
  return diff === undefined ? [] : [[key, diff]];
}

function diffMember(old: Value | undefined, value: Value | undefined): ValueDiff | undefined {
  if (old === undefined) return value === undefined || value === null ? undefined : { kind: "add", value };
  if (value === undefined) return old === null ? undefined : { kind: "delete", value: old };
  return diffValues(old, value);
}

export function diffValues(old: Value, value: Value): ValueDiff {
  if (equalValues(visible(old), visible(value))) return { kind: "same", value };
  if (Array.isArray(old) && Array.isArray(value)) {
    const indices = [...Array(Math.max(old.length, value.length)).keys()];
    return { kind: "list", members: new Map(indices.flatMap((i) => entry(i, diffMember(old[i], value[i])))) };
  }
  if (isPropertyMap(old) && isPropertyMap(value)) return { kind: "map", members: diffMaps(old, value) };
  return { kind: "update", old, value };
}

function visible(value: Value): Value {
  if (value instanceof Secret) return visible(value.value);
  if (Array.isArray(value)) return value.map(visible);
  if (!isPropertyMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, v]) => (isInternalKey(key) ? [] : [[key, visible(v)]])),
  );
}

/** Whether anything in the tree differs. */
export function hasChanges(diff: MapDiff): boolean {
  return [...diff.values()].some((each) => each.kind !== "same");
}

/** The properties that a provider's detailed diff names, and nothing else. */
export function diffByPaths(step: StepInfo, detailed: Readonly<Record<string, PropertyDiff>>): MapDiff {
  const entries = Object.entries(detailed).flatMap(([text, { kind, inputDiff }]): PathDiff[] => {
    const path = parsePropertyPath(text);
    if (path.some((part) => typeof part === "string" && isInternalKey(part))) return [];
    const old = valueAt(path, (inputDiff ? step.old?.inputs : step.old?.outputs) ?? {}) ?? null;
    const value = valueAt(path, step.new?.inputs ?? {}) ?? null;
    return [[path, leaf(kind.replace("-replace", "") as "add" | "delete" | "update", old, value)]];
  });
  return new Map([...grouped(entries)].map(([key, diff]) => [String(key), diff]));
}

type PathDiff = readonly [path: PropertyPath, diff: ValueDiff];

/** Paths with the same beginning as one tree. A path that goes deeper than another one adds nothing to it. */
function grouped(entries: readonly PathDiff[]): ReadonlyMap<string | number, ValueDiff> {
  const keys = [...new Set(entries.flatMap(([path]) => path.slice(0, 1)))];
  keys.sort((a, b) => (typeof a === "number" && typeof b === "number" ? a - b : a < b ? -1 : 1));
  return new Map(
    keys.map((key) => {
      const below = entries.filter(([path]) => path[0] === key).map(([path, diff]): PathDiff => [path.slice(1), diff]);
      const whole = below.find(([path]) => path.length === 0);
      return [key, whole === undefined ? branch(grouped(below)) : whole[1]];
    }),
  );
}

function branch(members: ReadonlyMap<string | number, ValueDiff>): ValueDiff {
  if (![...members.keys()].every((key) => typeof key === "number")) {
    return { kind: "map", members: new Map([...members].map(([key, diff]) => [String(key), diff])) };
  }
  return { kind: "list", members: new Map([...members].map(([key, diff]) => [Number(key), diff])) };
}

function leaf(kind: "add" | "delete" | "update", old: Value, value: Value): ValueDiff {
  switch (kind) {
    case "add":
      return { kind, value };
    case "delete":
      return { kind, value: old };
    case "update": {
      const diff = diffValues(old, value);
      // The provider compares more than values (a file on a host): it says that this changes.
      return diff.kind === "same" ? { kind, old, value } : diff;
    }
  }
}

/** What stands at a path; a member of a secret is a secret itself. */
function valueAt([head, ...rest]: PropertyPath, value: Value | undefined): Value | undefined {
  if (head === undefined || value === undefined) return value;
  if (value instanceof Secret) {
    const inner = valueAt([head, ...rest], value.value);
    return inner === undefined ? undefined : secret(inner);
  }
  if (Array.isArray(value)) return valueAt(rest, (value as readonly Value[])[Number(head)]);
  return isPropertyMap(value) ? valueAt(rest, value[String(head)]) : undefined;
}

/**
 * A stack's outputs in a preview: what is merely not known yet is no change worth a line.
 * Source: the previews of Pulumi's own CLI.
 */
export function withoutUnknowns(diff: MapDiff): MapDiff {
  const kept = [...diff].flatMap(([key, each]): [string, ValueDiff][] => {
    if (each.kind === "update" && containsUnknown(each.value)) return [];
    return [[key, each.kind === "map" ? { kind: "map", members: withoutUnknowns(each.members) } : each]];
  });
  return new Map(kept);
}
