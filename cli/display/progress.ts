import type { EngineEvent, StepInfo } from "../../engine/events";
import { isDefaultProvider } from "../../engine/urn";
import { title } from "./display";
import type { Display, DisplayOptions } from "./display";
import { Ending } from "./ending";
import { isRootStack, outcomeOp, REPLACEMENT_PARTS } from "./ops";
import { row } from "./row";

/** Plain lines for logs: one when a step begins, one when it ends; nothing for what stays as it is. */
export class ProgressDisplay implements Display {
  private readonly ending: Ending;
  private lines = 0;

  constructor(private readonly options: DisplayOptions) {
    this.ending = new Ending(options);
    options.write(title(options));
  }

  event(event: EngineEvent): void {
    this.ending.event(event);
    const { palette } = this.options;
    switch (event.kind) {
      case "step-start":
        // A preview only decides, and what a refresh finds is known at its end.
        if (event.planning || event.step.op === "refresh" || !isShown(event.step, false, this.options)) return;
        this.line(row(event.step, "running", false, palette, 0));
        return;
      case "step-done":
        if (!isShown(event.step, event.planning, this.options)) return;
        this.line(row(event.step, "done", event.planning, palette, event.planning ? undefined : event.seconds));
        return;
      case "step-failed":
        this.line(row(event.step, "failed", event.planning, palette, event.planning ? undefined : event.seconds));
        return;
      case "prelude":
      case "diagnostic":
      case "summary":
    }
  }

  close(): void {
    this.ending.write({ withOutputs: true, leadIn: this.lines === 0 ? "" : "\n" });
  }

  private line(text: string): void {
    this.lines++;
    this.options.write(`${text}\n`);
  }
}

/** Whether a step is worth a line: it changes something, or all are asked for. */
export function isShown(step: StepInfo, planning: boolean, options: DisplayOptions): boolean {
  if (isDefaultProvider(step.urn) || (planning && REPLACEMENT_PARTS.has(step.op))) return false;
  const op = outcomeOp(step);
  // The stack itself is nothing but the frame, unless it is made or removed.
  if (op === "same" || op === "refresh") return options.showSames && !isRootStack(step);
  return true;
}
