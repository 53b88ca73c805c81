import type { StepInfo, StepOp } from "../../engine/events";
import { resourceName } from "./diagnostics";
import type { DisplayOptions } from "./display";
import { withoutHidden } from "./hidden";
import { OPS, outcomeOp } from "./ops";
import type { Palette } from "./printer";
import { diffByPaths, diffMaps } from "./value-diff";
import type { MapDiff, ValueDiff } from "./value-diff";

/** What a refresh has seen before another operation: that is done by a step of its own, if at all. */
const FOUND: Partial<Readonly<Record<StepOp, string>>> = { update: "found changed", delete: "found gone" };

type RowState = "running" | "done" | "failed";

/** A step as one line: ` +  rabbitmq:index:User usr created (0.05s) [diff: ~tags]`. `seconds` is absent in a preview. */
export function row(
  step: StepInfo,
  state: RowState,
  planning: boolean,
  { kind, palette }: Pick<DisplayOptions, "kind" | "palette">,
  seconds?: number,
): string {
  const op = state === "done" ? outcomeOp(step) : step.op;
  const { prefix, paint, plan, doing, done } = OPS[op];
  const found = step.op === "refresh" && kind !== "refresh" ? FOUND[op] : undefined;
  const words = found ?? (planning ? plan : state === "running" ? doing : done);
  const elapsed = state === "running" ? `(${Math.floor(seconds ?? 0)}s)` : `(${(seconds ?? 0).toFixed(2)}s)`;
  const parts = [
    palette[paint](` ${prefix} `) + resourceName(step.urn, (name) => ` ${name}`),
    state === "failed" ? palette.red(`**${doing} failed**`) : palette[paint](words),
    seconds === undefined || words === "" ? "" : elapsed,
    op === "same" ? "" : changedKeys(withoutHidden(changesOf(step), step).shown, palette),
  ];
  return parts.filter((part) => part !== "").join(" ");
}

function changesOf(step: StepInfo): MapDiff {
  const { old, new: target, detailedDiff = {} } = step;
  if (Object.keys(detailedDiff).length > 0) return diffByPaths(step, detailedDiff);
  if (old === undefined || target === undefined) return new Map();
  return step.op === "refresh" ? diffMaps(old.outputs, target.outputs) : diffMaps(old.inputs, target.inputs);
}

const SIGNS = {
  add: "create",
  delete: "delete",
  update: "update",
  list: "update",
  map: "update",
} as const satisfies Record<Exclude<ValueDiff["kind"], "same">, StepOp>;

/** `[diff: +added-deleted~updated]`, by top-level property. */
function changedKeys(diff: MapDiff, palette: Palette): string {
  const lists = (["create", "delete", "update"] as const).map((op) => {
    const keys = [...diff].filter(([, { kind }]) => kind !== "same" && SIGNS[kind] === op).map(([key]) => key);
    return keys.length === 0 ? "" : palette[OPS[op].paint](OPS[op].prefix.trim() + keys.join(","));
  });
  return lists.join("") === "" ? "" : `[diff: ${lists.join("")}]`;
}
