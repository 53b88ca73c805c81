import type { EngineEvent, StepInfo } from "../../engine/events";
import { isDefaultProvider } from "../../engine/urn";
import { title } from "./display";
import type { Display, DisplayOptions } from "./display";
import { Ending } from "./ending";
import { isRootStack, outcomeOp, REPLACEMENT_PARTS } from "./ops";
import { row } from "./row";
import { Why } from "./why";

/** Plain lines for logs: one when a step begins, one when it ends; nothing for what stays as it is. */
export class ProgressDisplay implements Display {
  private readonly ending: Ending;
  private readonly why: Why;
  private lines = 0;

  constructor(protected readonly options: DisplayOptions) {
    this.ending = new Ending(options);
    this.why = new Why(options);
    options.write(title(options));
  }

  event(event: EngineEvent): void {
    this.ending.event(event);
    this.why.event(event);
    if (!("step" in event)) return;
    const { kind, step, planning } = event;
    if (kind === "step-start") return this.begun(step, planning);
    const state = kind === "step-failed" ? "failed" : "done";
    if (state === "done" && !this.isShown(step, planning)) return;
    this.line(row(step, state, planning, this.options, planning ? undefined : event.seconds));
    const sentence = this.why.sentence(step);
    if (sentence !== "") this.line(`      ${sentence}`);
  }

  close(): void {
    this.ending.write({ withOutputs: true, leadIn: this.lines === 0 ? "" : "\n" });
  }

  protected begun(step: StepInfo, planning: boolean): void {
    // A preview only decides, and what a refresh finds is known at its end.
    if (planning || step.op === "refresh" || step.op === "same" || !this.isShown(step, planning)) return;
    this.line(row(step, "running", planning, this.options, 0));
  }

  protected line(text: string): void {
    this.lines++;
    this.options.write(`${text}\n`);
  }

  /** Whether a step is worth a line: it changes something, or all are asked for. */
  private isShown(step: StepInfo, planning: boolean): boolean {
    if (isDefaultProvider(step.urn) || (planning && REPLACEMENT_PARTS.has(step.op))) return false;
    const op = outcomeOp(step);
    // The stack itself is nothing but the frame, unless it is made or removed.
    return (op !== "same" && op !== "refresh") || (this.options.showSames && !isRootStack(step));
  }
}
