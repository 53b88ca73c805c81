import type { StepInfo } from "../../engine/events";
import { coversPath, parsePropertyPath } from "../../engine/property-path";
import type { PropertyPath } from "../../engine/property-path";
import type { MapDiff, ValueDiff } from "./value-diff";

/** A difference that is shown, and the paths of the option `hideDiffs` that keep something of it from being so. */
interface Split {
  readonly shown: MapDiff;
  readonly hidden: readonly string[];
}

/** Takes out what the program does not want to be spelled out. Source: Pulumi's resource option `hideDiffs`. */
export function withoutHidden(diff: MapDiff, step: StepInfo): Split {
  const patterns = ((step.new ?? step.old)?.hideDiff ?? []).map((text) => ({ text, path: parsePropertyPath(text) }));
  if (patterns.length === 0) return { shown: diff, hidden: [] };
  const hidden = new Set<string>();
  const members = <Key extends string | number>(all: ReadonlyMap<Key, ValueDiff>, path: PropertyPath) =>
    new Map(
      [...all].flatMap(([key, each]): [Key, ValueDiff][] => {
        const kept = visible(each, [...path, key]);
        return kept === undefined ? [] : [[key, kept]];
      }),
    );
  const visible = (each: ValueDiff, path: PropertyPath): ValueDiff | undefined => {
    if (each.kind === "same") return each;
    const pattern = patterns.find((candidate) => coversPath(candidate.path, path));
    if (pattern !== undefined) {
      hidden.add(pattern.text);
      return undefined;
    }
    if (each.kind !== "list" && each.kind !== "map") return each;
    const left: ValueDiff =
      each.kind === "list"
        ? { kind: "list", members: members(each.members, path) }
        : { kind: "map", members: members(each.members, path) };
    return [...left.members.values()].every(({ kind }) => kind === "same") ? undefined : left;
  };
  const shown = members(diff, []);
  return { shown, hidden: [...hidden].sort() };
}
