import { parsePropertyPath } from "../../engine/property-path";
import type { PropertyPath } from "../../engine/property-path";
import type { StepInfo } from "../../engine/events";
import type { PropertyDiff } from "../../providers/base/provider";
import { containsUnknown, equalValues, isPropertyMap, Secret } from "../../providers/base/values";
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
  return new Map(keys.flatMap((key) => member(key, diffMember(old[key], value[key]))));
}

function member(key: string, diff: ValueDiff | undefined): [string, ValueDiff][] {
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
    return { kind: "list", members: new Map(indices.flatMap((i) => listMember(i, diffMember(old[i], value[i])))) };
  }
  if (isPropertyMap(old) && isPropertyMap(value)) return { kind: "map", members: diffMaps(old, value) };
  return { kind: "update", old, value };
}

function listMember(index: number, diff: ValueDiff | undefined): [number, ValueDiff][] {
  return diff === undefined ? [] : [[index, diff]];
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
  const root = new Branch();
  const inputs = step.new?.inputs ?? {};
  for (const [text, { kind, inputDiff }] of Object.entries(detailed)) {
    const path = parsePropertyPath(text);
    if (path.some((part) => typeof part === "string" && isInternalKey(part))) continue;
    const old = valueAt(path, (inputDiff ? step.old?.inputs : step.old?.outputs) ?? {}) ?? null;
    const value = valueAt(path, inputs) ?? null;
    root.put(path, leaf(kind.replace("-replace", "") as "add" | "delete" | "update", old, value));
  }
  return root.members();
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

function valueAt(path: PropertyPath, value: Value): Value | undefined {
  let current: Value | undefined = value;
  let secret = false;
  for (const part of path) {
    if (current instanceof Secret) {
      secret = true;
      current = current.value;
    }
    current = Array.isArray(current)
      ? current[Number(part)]
      : isPropertyMap(current)
        ? current[String(part)]
        : undefined;
  }
  return secret && current !== undefined && !(current instanceof Secret) ? new Secret(current) : current;
}

/** A tree of diffs while its paths come in. */
class Branch {
  private readonly children = new Map<string | number, Branch | ValueDiff>();

  put(path: PropertyPath, diff: ValueDiff): void {
    const [head, ...rest] = path;
    if (head === undefined) return;
    if (rest.length === 0) {
      this.children.set(head, diff);
      return;
    }
    const child = this.children.get(head);
    // A path that goes deeper than one that was given before adds nothing to it.
    if (child !== undefined && !(child instanceof Branch)) return;
    const branch = child ?? new Branch();
    this.children.set(head, branch);
    branch.put(rest, diff);
  }

  members(): MapDiff {
    const entries = [...this.children].map(([key, child]): [string, ValueDiff] => [String(key), Branch.close(child)]);
    return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  private static close(child: Branch | ValueDiff): ValueDiff {
    if (!(child instanceof Branch)) return child;
    const keys = [...child.children.keys()];
    if (!keys.every((key) => typeof key === "number")) return { kind: "map", members: child.members() };
    const entries = [...child.children].map(([key, each]): [number, ValueDiff] => [Number(key), Branch.close(each)]);
    return { kind: "list", members: new Map(entries.sort(([a], [b]) => a - b)) };
  }
}

/**
 * A stack's outputs in a preview: what is merely not known yet is no change worth a line.
 * Source: the previews of Pulumi's own CLI.
 */
export function withoutUnknowns(diff: MapDiff): MapDiff {
  const kept = [...diff].flatMap(([key, each]): [string, ValueDiff][] => {
    switch (each.kind) {
      case "update":
        return containsUnknown(each.value) ? [] : [[key, each]];
      case "map":
        return [[key, { kind: "map", members: withoutUnknowns(each.members) }]];
      case "list":
      case "same":
      case "add":
      case "delete":
        return [[key, each]];
    }
  });
  return new Map(kept);
}
