import type { StepInfo, StepOp } from "../../engine/events";
import { resourceName } from "./diagnostics";
import { OPS, outcomeOp } from "./ops";
import type { Palette } from "./printer";
import { diffMaps } from "./value-diff";

export type RowState = "running" | "done" | "failed";

/** A step as one line: ` +  rabbitmq:index:User usr created (0.05s) [diff: ~tags]`. `seconds` is absent in a preview. */
export function row(step: StepInfo, state: RowState, planning: boolean, palette: Palette, seconds?: number): string {
  const op = state === "done" ? outcomeOp(step) : step.op;
  const { prefix, paint } = OPS[op];
  const parts = [
    palette[paint](` ${prefix} `) + resourceName(step.urn),
    state === "failed" ? palette.red(`**${OPS[op].doing} failed**`) : palette[paint](words(op, state, planning)),
    seconds === undefined || words(op, state, planning) === "" ? "" : elapsed(seconds, state),
    changedKeys(step, palette),
  ];
  return parts.filter((part) => part !== "").join(" ");
}

function words(op: StepOp, state: RowState, planning: boolean): string {
  const { plan, doing, done } = OPS[op];
  return planning ? plan : state === "running" ? doing : done;
}

function elapsed(seconds: number, state: RowState): string {
  return state === "running" ? `(${Math.floor(seconds)}s)` : `(${seconds.toFixed(2)}s)`;
}

/** `[diff: +added-deleted~updated]`, by top-level property. */
function changedKeys(step: StepInfo, palette: Palette): string {
  const kinds = new Map<string, "create" | "delete" | "update">();
  for (const [key, kind] of keyChanges(step))
    kinds.set(key, kinds.has(key) && kinds.get(key) !== kind ? "update" : kind);
  const listed = (["create", "delete", "update"] as const).map((kind) => {
    const keys = [...kinds].filter(([, each]) => each === kind).map(([key]) => key);
    return keys.length === 0 ? "" : palette[OPS[kind].paint](OPS[kind].prefix.trim() + keys.join(","));
  });
  return listed.join("") === "" ? "" : `[diff: ${listed.join("")}]`;
}

function keyChanges(step: StepInfo): readonly (readonly [string, "create" | "delete" | "update"])[] {
  if (step.detailedDiff !== undefined && Object.keys(step.detailedDiff).length > 0) {
    return Object.entries(step.detailedDiff).map(([path, { kind }]) => {
      const key = /^(?:\["([^"]*)"\]|[^.[]+)/.exec(path);
      // A change deeper down changes the property; only a whole property is added or deleted.
      const whole = key?.[0] === path;
      const change = !whole || kind.startsWith("update") ? "update" : kind.startsWith("add") ? "create" : "delete";
      return [key?.[1] ?? key?.[0] ?? path, change] as const;
    });
  }
  if (step.old === undefined || step.new === undefined || outcomeOp(step) === "same") return [];
  const ofOutputs = step.op === "refresh";
  const diff = ofOutputs ? diffMaps(step.old.outputs, step.new.outputs) : diffMaps(step.old.inputs, step.new.inputs);
  return [...diff].flatMap(([key, { kind }]) =>
    kind === "same" ? [] : [[key, kind === "add" ? "create" : kind === "delete" ? "delete" : "update"] as const],
  );
}
