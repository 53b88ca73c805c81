import type { DiffKind, DiffResult, PropertyDiff } from "../../base/provider";
import { isPropertyMap, Secret, Unknown, type Value } from "../../base/values";

export type DetailedDiff = Readonly<Record<string, PropertyDiff>>;

export function change(property: string, kind: DiffKind = "update", inputDiff = true): DetailedDiff {
  return { [property]: { kind, inputDiff } };
}

/** What differs between two inputs, by the paths of the innermost values. Secret marks do not count. */
export function diffValues(path: string, before: Value | undefined, after: Value | undefined): DetailedDiff {
  if (before instanceof Secret) return diffValues(path, before.value, after);
  if (after instanceof Secret) return diffValues(path, before, after.value);
  if (before === undefined || after === undefined) {
    return before === after ? {} : change(path, before === undefined ? "add" : "delete");
  }
  if (after instanceof Unknown || before instanceof Unknown) return change(path);
  if (Array.isArray(before) && Array.isArray(after)) {
    const indices = [...Array(Math.max(before.length, after.length)).keys()];
    return merge(indices.map((index) => diffValues(`${path}[${index}]`, before[index], after[index])));
  }
  if (isPropertyMap(before) && isPropertyMap(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return merge(keys.map((key) => diffValues(`${path}.${key}`, before[key], after[key])));
  }
  return before === after ? {} : change(path);
}

export function merge(diffs: readonly DetailedDiff[]): DetailedDiff {
  return Object.assign({}, ...diffs) as DetailedDiff;
}

/** Another host name is another host: the set moves there. Else a host differs in how it is reached. */
export function diffHost(before: Value | undefined, after: Value | undefined): DetailedDiff {
  const { "host.name": name, ...rest } = diffValues("host", before, after);
  return name === undefined ? rest : { ...rest, ...change("host.name", "update-replace") };
}

export function toResult(detailedDiff: DetailedDiff, deleteBeforeReplace = false): DiffResult {
  const top = (paths: string[]) => [...new Set(paths.map((path) => path.split(/[.[]/)[0] ?? path))];
  const paths = Object.keys(detailedDiff);
  const replaces = top(paths.filter((path) => detailedDiff[path]?.kind.endsWith("-replace")));
  return { changes: paths.length > 0, replaces, diffs: top(paths), detailedDiff, deleteBeforeReplace };
}
