import type { EngineEvent, StepOp } from "../../engine/events";
import type { Palette } from "./printer";
import { OPS } from "./ops";

export type SummaryEvent = Extract<EngineEvent, { kind: "summary" }>;

/** The steps that a summary counts, in Pulumi's order. */
const COUNTED: readonly StepOp[] = ["create", "update", "delete", "replace", "read", "discard", "refresh", "import"];
const UNCHANGING: ReadonlySet<StepOp> = new Set<StepOp>(["read", "refresh"]);

/** The `Resources:` section. `errored` counts the steps that failed. */
export function resourcesText(event: SummaryEvent, errored: number, palette: Palette): string {
  const counts = COUNTED.filter((op) => !UNCHANGING.has(op)).flatMap((op): [StepOp, number][] => {
    const count = event.changes[op] ?? 0;
    return count === 0 ? [] : [[op, count]];
  });
  const lines = counts.map(([op, count]) => {
    const words = event.planning ? `to ${OPS[op].plan}` : OPS[op].done;
    return palette[OPS[op].paint](`${OPS[op].prefix}${count} ${words}`);
  });
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const same = event.changes.same ?? 0;
  const rest = [
    ...(counts.length > 1 ? [palette.bold(`${total} changes`)] : []),
    ...(same > 0 ? [`${same} unchanged`] : []),
  ];
  if (rest.length > 0) lines.push(rest.join(". "));
  if (errored > 0) lines.push(palette.red(`${errored} errored`));
  return [palette.bold("Resources:"), ...lines.map((line) => `    ${line}`), ""].join("\n");
}

/** Whole seconds, rounded up, as Pulumi shows them: `5s`, `2m3s`, `1h0m3s`. */
export function durationText(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  const larger = hours > 0 ? `${hours}h${minutes}m` : minutes > 0 ? `${minutes}m` : "";
  return `${larger}${whole % 60}s`;
}
