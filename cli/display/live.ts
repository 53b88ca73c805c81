import { stripVTControlCharacters } from "node:util";

import type { EngineEvent, StepInfo } from "../../engine/events";
import { paintDiagnostic } from "./diagnostics";
import type { DisplayOptions } from "./display";
import { isRootStack } from "./ops";
import { ProgressDisplay } from "./progress";
import { row } from "./row";

/** The terminal's size as it is now: a window may be resized. Zero or absent where it does not tell. */
export type TerminalSize = () => { readonly columns?: number; readonly rows?: number };

interface Running {
  readonly step: StepInfo;
  readonly since: number;
  note: string;
}

const FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
const FRAME_MILLISECONDS = 100;
const HIDE_CURSOR = "\x1b[?25l";
export const SHOW_CURSOR = "\x1b[?25h";

/** For terminals: what is finished scrolls by, what is running stands below it with a spinner and its elapsed time. */
export class LiveDisplay extends ProgressDisplay {
  private readonly running = new Map<string, Running>();
  private readonly timer: NodeJS.Timeout;
  private frame = 0;
  private painted = 0;
  /** Their URNs: a resource may be refreshed, and then updated. */
  private readonly ended = new Set<string>();

  constructor(
    options: DisplayOptions,
    private readonly size: TerminalSize,
    private readonly now: () => number = Date.now,
  ) {
    super(options);
    options.write(HIDE_CURSOR);
    this.timer = setInterval(() => this.repaint(), FRAME_MILLISECONDS);
    this.timer.unref();
  }

  override event(event: EngineEvent): void {
    if (event.kind === "step-done" || event.kind === "step-failed") {
      this.running.delete(stepKey(event.step));
      this.ended.add(event.step.urn);
    }
    if (event.kind === "diagnostic" && event.severity !== "debug") {
      const [note = ""] = paintDiagnostic(event, this.options.palette).split("\n");
      for (const each of this.running.values()) if (each.step.urn === event.urn) each.note = note;
    }
    super.event(event);
  }

  override close(): void {
    clearInterval(this.timer);
    this.options.write(this.erase() + SHOW_CURSOR);
    super.close();
  }

  protected override begun(step: StepInfo): void {
    if (step.op !== "same" && !isRootStack(step))
      this.running.set(stepKey(step), { step, since: this.now(), note: "" });
  }

  protected override line(text: string): void {
    this.options.write(this.erase());
    super.line(this.fit(text));
    this.repaint();
  }

  private repaint(): void {
    const spinner = FRAMES[this.frame++ % FRAMES.length] ?? "";
    const all = [...this.running.values()];
    const shown = all.slice(0, Math.max(1, (this.size().rows || Infinity) - 3));
    const lines = shown.map(({ step, since, note }) => {
      const seconds = (this.now() - since) / 1000;
      return this.fit(`${spinner}${row(step, "running", false, this.options, seconds)} ${note}`);
    });
    if (all.length > shown.length) lines.push(`  … and ${all.length - shown.length} more`);
    if (lines.length === 0) lines.push(`${spinner} ${this.ended.size} resources`);
    this.options.write(this.erase() + lines.map((line) => `${line}\n`).join(""));
    this.painted = lines.length;
  }

  /** Goes up over the lines that were painted last and clears them. */
  private erase(): string {
    const lines = this.painted;
    this.painted = 0;
    return lines === 0 ? "" : `\x1b[${lines}A\x1b[J`;
  }

  /** One line of the terminal at most; colours do not count, and go when it has to be cut. */
  private fit(line: string): string {
    const columns = this.size().columns || 80;
    const plain = stripVTControlCharacters(line);
    return plain.length < columns ? line.trimEnd() : `${plain.slice(0, columns - 2)}…`;
  }
}

function stepKey(step: StepInfo): string {
  return `${step.op} ${step.urn}`;
}
