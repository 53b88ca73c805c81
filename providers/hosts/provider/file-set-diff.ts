import type { DiffResult } from "../../base/provider";
import { isPropertyMap, reveal, type PropertyMap } from "../../base/values";
import { change, diffInputs, isRenamed, merge, toResult, type DetailedDiff } from "./detailed-diff";
import { FILE_SET_FIELDS } from "./fields";
import { contentMatches, declaredItems, type Actual, type Item } from "./items";

/** What a FileSet's outputs tell: what is placed, as it was last seen. */
export interface Placed {
  /** By item id. */
  readonly actual: ReadonlyMap<string, Actual>;
  readonly generation: string;
  readonly digestKey: string;
  readonly pendingHandlers: readonly string[];
}

export function placedOf(outputs: PropertyMap): Placed {
  const plain = reveal(outputs) as PropertyMap;
  const placed = plain["placed"];
  const pending = plain["pendingHandlers"];
  return {
    actual: new Map(Object.entries(isPropertyMap(placed) ? placed : {}) as unknown as [string, Actual][]),
    generation: String(plain["generation"] ?? ""),
    digestKey: String(plain["digestKey"] ?? ""),
    pendingHandlers: Array.isArray(pending) ? pending.map(String) : [],
  };
}

/** Content that a refresh has put in the place of a drifted one: the digest itself. It means "as it is". */
export function isAsFound({ content }: Item, actual: Actual | undefined): boolean {
  return content !== undefined && content === actual?.digest;
}

/** Declared against what is there, not against what was declared: drift is a difference like any other. */
export function diffFileSet(oldInputs: PropertyMap, oldOutputs: PropertyMap, inputs: PropertyMap): DiffResult {
  const { host, handlers } = FILE_SET_FIELDS;
  const placed = placedOf(oldOutputs);
  const declared = declaredItems(inputs);
  const before = new Map(declaredItems(oldInputs).items.map((item) => [item.id, item]));
  const ids = new Set(declared.items.map(({ id }) => id));
  // While some identity is unknown, nobody knows whether it is one of those that seem to be gone.
  const gone = declared.unknown.length > 0 ? [] : [...placed.actual.keys()].filter((id) => !ids.has(id));
  const detailed = merge([
    diffInputs({ host, handlers }, oldInputs, inputs),
    ...declared.unknown.map((property) => change(property)),
    ...declared.items.map((item) => diffItem(item, before.get(item.id), placed)),
    ...gone.map((id) => change(before.get(id)?.property ?? `placed["${id}"]`, "delete", before.has(id))),
    placed.pendingHandlers.length > 0 ? change("pendingHandlers", "update", false) : {},
  ]);
  // A file cannot be a block and a whole at once: the one has to go before the other comes.
  const left = gone.flatMap((id) => before.get(id) ?? []);
  const turned = declared.items.filter((item) =>
    left.some(({ path, kind }) => path === item.path && (kind === "block") !== (item.kind === "block")),
  );
  const replaced = turned.map(({ property }) => change(`${property}.kind`, "update-replace"));
  return toResult(merge([detailed, ...replaced]), replaced.length > 0 || isRenamed(oldInputs, inputs));
}

function diffItem(item: Item, before: Item | undefined, { actual, digestKey }: Placed): DetailedDiff {
  const { property, kind } = item;
  const found = actual.get(item.id);
  if (found === undefined) return change(property, "add");
  const labels = kind === "block" ? [] : (["mode", "owner", "group"] as const);
  return merge([
    sameContent(item, found, digestKey) ? {} : change(`${property}.content`),
    ...labels.map((label) => (item[label] === found[label] ? {} : change(`${property}.${label}`))),
    before === undefined || before.kind === kind ? {} : change(`${property}.kind`),
  ]);
}

export function sameContent(item: Item, found: Actual, digestKey: string): boolean {
  switch (item.kind) {
    case "directory":
      return true;
    case "seed":
      return found.digest === undefined;
    case "whole":
    case "block":
      if (item.content === undefined) return false;
      return isAsFound(item, found) || contentMatches(item.content, found.digest, digestKey);
  }
}
