import type { EngineEvent, StepOp } from "../../engine/events";
import { OPS } from "./ops";
import type { Palette } from "./printer";

export type SummaryEvent = Extract<EngineEvent, { kind: "summary" }>;

/** The steps that a summary counts as changes, in Pulumi's order. */
const CHANGES: readonly StepOp[] = ["create", "update", "delete", "replace", "discard", "import"];

/** The `Resources:` section. `errored` counts the steps that failed. */
export function resourcesText({ changes, planning }: SummaryEvent, errored: number, palette: Palette): string {
  const counted = CHANGES.filter((op) => (changes[op] ?? 0) > 0);
  const total = counted.reduce((sum, op) => sum + (changes[op] ?? 0), 0);
  const rest = [
    ...(counted.length > 1 ? [palette.bold(`${total} changes`)] : []),
    ...((changes.same ?? 0) > 0 ? [`${changes.same} unchanged`] : []),
  ];
  const lines = [
    ...counted.map((op) => {
      const { paint, prefix, plan, done } = OPS[op];
      return palette[paint](`${prefix}${changes[op]} ${planning ? `to ${plan}` : done}`);
    }),
    ...(rest.length > 0 ? [rest.join(". ")] : []),
    ...(errored > 0 ? [palette.red(`${errored} errored`)] : []),
  ];
  return [palette.bold("Resources:"), ...lines.map((line) => `    ${line}`)].join("\n");
}

/** Whole seconds, rounded up, as Pulumi shows them: `5s`, `2m3s`, `1h0m3s`. */
export function durationText(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  const larger = hours > 0 ? `${hours}h${minutes}m` : minutes > 0 ? `${minutes}m` : "";
  return `${larger}${whole % 60}s`;
}
