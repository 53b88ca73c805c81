import type { DiffResult, PropertyDiff } from "../providers/base/provider";
import { equalValues, isPropertyMap } from "../providers/base/values";
import type { PropertyMap, Value } from "../providers/base/values";
import { copyPath, coversPath, parsePropertyPath } from "./property-path";

export const NO_CHANGES: DiffResult = { changes: false, replaces: [], diffs: [] };

/** The new inputs with what is ignored put back to its old value. Source: Pulumi's option `ignoreChanges`. */
export function withIgnoredChanges(inputs: PropertyMap, oldInputs: PropertyMap, paths: readonly string[]): PropertyMap {
  return paths.map(parsePropertyPath).reduce((result, path) => copyPath(path, oldInputs, result), inputs);
}

/** What an unknown answer of a provider falls back to: the inputs compared. */
export function inputDiff(oldInputs: PropertyMap, inputs: PropertyMap): DiffResult {
  const detailedDiff = detailedInputDiff(oldInputs, inputs);
  const diffs = topLevel(Object.keys(detailedDiff));
  return { changes: diffs.length > 0, replaces: [], diffs, ...(diffs.length > 0 && { detailedDiff }) };
}

export function detailedInputDiff(oldInputs: PropertyMap, inputs: PropertyMap): Record<string, PropertyDiff> {
  const result: Record<string, PropertyDiff> = {};
  const visit = (path: string, before: Value | undefined, after: Value | undefined): void => {
    if (equalValues(before, after)) return;
    if (before === undefined) result[path] = { kind: "add", inputDiff: true };
    else if (after === undefined) result[path] = { kind: "delete", inputDiff: true };
    else if (isPropertyMap(before) && isPropertyMap(after)) {
      for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
        if (!key.startsWith("__")) visit(path === "" ? key : `${path}.${key}`, before[key], after[key]);
      }
    } else if (Array.isArray(before) && Array.isArray(after)) {
      for (let i = 0; i < Math.max(before.length, after.length); i++) visit(`${path}[${i}]`, before[i], after[i]);
    } else result[path] = { kind: "update", inputDiff: true };
  };
  visit("", oldInputs, inputs);
  return result;
}

/** Turns changes under the paths of `replaceOnChanges` into reasons for a replacement. */
export function withReplaceOnChanges(diff: DiffResult, paths: readonly string[]): DiffResult {
  if (diff.changes !== true || paths.length === 0) return diff;
  const patterns = paths.map(parsePropertyPath);
  const changed = diff.detailedDiff === undefined ? diff.diffs : Object.keys(diff.detailedDiff);
  const forcing = changed.filter((path) => patterns.some((pattern) => coversPath(pattern, parsePropertyPath(path))));
  if (forcing.length === 0) return diff;
  const detailedDiff =
    diff.detailedDiff &&
    Object.fromEntries(
      Object.entries(diff.detailedDiff).map(([path, d]) => [path, forcing.includes(path) ? asReplacing(d) : d]),
    );
  return {
    ...diff,
    replaces: [...new Set([...diff.replaces, ...topLevel(forcing)])],
    ...(detailedDiff && { detailedDiff }),
  };
}

function asReplacing(diff: PropertyDiff): PropertyDiff {
  const replacing = { add: "add-replace", delete: "delete-replace", update: "update-replace" } as const;
  return diff.kind in replacing ? { ...diff, kind: replacing[diff.kind as keyof typeof replacing] } : diff;
}

/** The same difference seen from the other side. */
export function invertDiff(diff: DiffResult): DiffResult {
  const inverse = {
    add: "delete",
    delete: "add",
    update: "update",
    "add-replace": "delete-replace",
    "delete-replace": "add-replace",
    "update-replace": "update-replace",
  } as const;
  return {
    ...diff,
    ...(diff.detailedDiff && {
      detailedDiff: Object.fromEntries(
        Object.entries(diff.detailedDiff).map(([path, d]) => [path, { ...d, kind: inverse[d.kind] }]),
      ),
    }),
  };
}

function topLevel(paths: readonly string[]): string[] {
  return [...new Set(paths.map((path) => String(parsePropertyPath(path)[0])))];
}
