import type { Colors } from "picocolors/types";

import type { StepInfo, StepOp } from "../../engine/events";
import type { OperationRequest } from "../../engine/operation";
import { STACK_TYPE } from "../../engine/urn";

export type PaintName = Exclude<keyof Colors, "isColorSupported">;

interface OpLook {
  /** Two characters that stand before a resource or a property. */
  readonly prefix: string;
  readonly paint: PaintName;
  /** What a preview calls it, and what it is while it runs and afterwards. */
  readonly plan: string;
  readonly doing: string;
  readonly done: string;
}

function look(prefix: string, paint: PaintName, plan: string, doing: string, done: string): OpLook {
  return { prefix, paint, plan, doing, done };
}

/** Pulumi's signs and words for each step. */
export const OPS: Readonly<Record<StepOp, OpLook>> = {
  same: look("  ", "reset", "", "", ""),
  create: look("+ ", "green", "create", "creating", "created"),
  update: look("~ ", "yellow", "update", "updating", "updated"),
  delete: look("- ", "red", "delete", "deleting", "deleted"),
  replace: look("+-", "magenta", "replace", "replacing", "replaced"),
  "create-replacement": look("++", "green", "create replacement", "creating replacement", "created replacement"),
  "delete-replaced": look("--", "red", "delete original", "deleting original", "deleted original"),
  read: look("> ", "cyan", "read", "reading", "read"),
  "read-replacement": look(">>", "cyan", "read for replacement", "reading for replacement", "read for replacement"),
  discard: look("< ", "red", "discard", "discarding", "discarded"),
  "discard-replaced": look("<<", "red", "discard original", "discarding original", "discarded original"),
  refresh: look("~ ", "cyan", "refresh", "refreshing", "refresh"),
  import: look("= ", "green", "import", "importing", "imported"),
  "import-replacement": look("=>", "green", "import replacement", "importing replacement", "imported replacement"),
  "remove-pending-replace": look("~ ", "reset", "", "", ""),
};

/** The steps that carry out a `replace`; the replacement itself is shown and counted once. */
export const REPLACEMENT_PARTS: ReadonlySet<StepOp> = new Set<StepOp>([
  "create-replacement",
  "delete-replaced",
  "read-replacement",
  "discard-replaced",
  "import-replacement",
  "remove-pending-replace",
]);

/** What a step turned out to be: a refresh is what it found. */
export function outcomeOp(step: StepInfo): StepOp {
  return step.op === "refresh" ? (step.refreshOp ?? "refresh") : step.op;
}

/** The step as JSON names it: in `refresh` itself what it found, elsewhere what is followed by a step of its own. */
export function foundOp(step: StepInfo, kind: OperationRequest["kind"]): StepOp {
  const op = kind === "refresh" ? outcomeOp(step) : step.op;
  return op === "same" && step.op === "refresh" ? "refresh" : op;
}

export function isRootStack(step: StepInfo): boolean {
  return step.type === STACK_TYPE;
}

/** `rabbitmq:index/user:User` as `rabbitmq:index:User`. */
export function shortType(type: string): string {
  const [pkg, module = "", name] = type.split(":");
  return name === undefined ? type : `${pkg}:${module.split("/")[0]}:${name}`;
}
