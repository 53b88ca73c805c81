import { detailedDiff, topLevel, type DetailedDiff } from "../../base/bridge-diff";
import type { FieldTable } from "../../base/bridge-spec";
import type { DiffKind, DiffResult } from "../../base/provider";
import { isPropertyMap, type PropertyMap } from "../../base/values";

export type { DetailedDiff };

export function change(property: string, kind: DiffKind = "update", inputDiff = true): DetailedDiff {
  return { [property]: { kind, inputDiff } };
}

/** What differs between two inputs in the fields of a table, by the paths of the innermost values. */
export function diffInputs(fields: FieldTable, before: PropertyMap, after: PropertyMap): DetailedDiff {
  return merge(Object.entries(detailedDiff(fields, before, after)).map(([path, { kind }]) => change(path, kind)));
}

export function merge(diffs: readonly DetailedDiff[]): DetailedDiff {
  return Object.assign({}, ...diffs) as DetailedDiff;
}

/** Whether a host is the same machine under another name: what was there has to go before it can come again. */
export function isRenamed({ host: before }: PropertyMap, { host: after }: PropertyMap): boolean {
  if (!isPropertyMap(before) || !isPropertyMap(after)) return false;
  return before["name"] !== after["name"] && before["address"] === after["address"] && before["port"] === after["port"];
}

export function toResult(detailedDiff: DetailedDiff, deleteBeforeReplace = false): DiffResult {
  const paths = Object.keys(detailedDiff);
  const diffs = [...new Set(paths.map(topLevel))];
  const replacing = paths.filter((path) => detailedDiff[path]?.kind.endsWith("-replace")).map(topLevel);
  const replaces = diffs.filter((name) => replacing.includes(name));
  return { changes: paths.length > 0, replaces, diffs, detailedDiff, deleteBeforeReplace };
}
