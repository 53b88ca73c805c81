import { stripVTControlCharacters } from "node:util";

import type { EngineEvent, StepInfo } from "../../engine/events";
import { paintDiagnostic } from "./diagnostics";
import { title } from "./display";
import type { Display, DisplayOptions } from "./display";
import { Ending } from "./ending";
import { isRootStack } from "./ops";
import { isShown } from "./progress";
import { row } from "./row";

export interface Terminal {
  /** Columns and rows as they are now: a window may be resized. */
  size(): { readonly columns: number; readonly rows: number };
}

interface Running {
  readonly step: StepInfo;
  readonly since: number;
  note: string;
}

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
/** For terminals that do not tell. */
const DEFAULT_COLUMNS = 80;
const FRAME_MILLISECONDS = 100;
const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";

/** For terminals: what is finished scrolls by, what is running stands below it with a spinner and its elapsed time. */
export class LiveDisplay implements Display {
  private readonly ending: Ending;
  private readonly running = new Map<string, Running>();
  private readonly timer: NodeJS.Timeout;
  private frame = 0;
  private painted = 0;
  private finished = 0;
  private checked = 0;

  constructor(
    private readonly options: DisplayOptions,
    private readonly terminal: Terminal,
    private readonly now: () => number = Date.now,
  ) {
    this.ending = new Ending(options);
    options.write(title(options) + HIDE_CURSOR);
    this.timer = setInterval(() => this.repaint(""), FRAME_MILLISECONDS);
    this.timer.unref();
  }

  event(event: EngineEvent): void {
    this.ending.event(event);
    switch (event.kind) {
      case "step-start":
        if (event.step.op !== "same") {
          this.running.set(stepKey(event.step), { step: event.step, since: this.now(), note: "" });
        }
        return;
      case "step-done":
      case "step-failed":
        this.end(event);
        return;
      case "diagnostic":
        this.note(event);
        return;
      case "prelude":
      case "summary":
    }
  }

  close(): void {
    clearInterval(this.timer);
    this.running.clear();
    this.options.write(erase(this.painted) + SHOW_CURSOR);
    this.ending.write({ withOutputs: true, leadIn: this.finished === 0 ? "" : "\n" });
  }

  private end(event: Extract<EngineEvent, { kind: "step-done" | "step-failed" }>): void {
    this.running.delete(stepKey(event.step));
    this.checked++;
    const failed = event.kind === "step-failed";
    if (!failed && !isShown(event.step, event.planning, this.options)) return;
    this.finished++;
    const seconds = event.planning ? undefined : event.seconds;
    const state = failed ? "failed" : "done";
    this.repaint(`${this.fit(row(event.step, state, event.planning, this.options.palette, seconds))}\n`);
  }

  private note(event: Extract<EngineEvent, { kind: "diagnostic" }>): void {
    if (event.severity === "debug") return;
    for (const each of this.running.values()) {
      if (each.step.urn === event.urn) each.note = paintDiagnostic(event, this.options.palette).split("\n")[0] ?? "";
    }
  }

  /** Replaces the running lines, with `above` before them. */
  private repaint(above: string): void {
    this.frame++;
    const { rows } = this.terminal.size();
    const spinner = FRAMES[this.frame % FRAMES.length] ?? "";
    const all = [...this.running.values()].filter((each) => !isRootStack(each.step));
    const shown = all.slice(0, Math.max(1, rows - 3));
    const lines = shown.map(({ step, since, note }) =>
      this.fit(`${spinner}${row(step, "running", false, this.options.palette, (this.now() - since) / 1000)} ${note}`),
    );
    if (all.length > shown.length) lines.push(`  … and ${all.length - shown.length} more`);
    if (lines.length === 0) lines.push(`${spinner} ${this.checked} resources`);
    this.options.write(erase(this.painted) + above + lines.map((line) => `${line}\n`).join(""));
    this.painted = lines.length;
  }

  /** One line of the terminal at most; colours do not count, and go when it has to be cut. */
  private fit(line: string): string {
    const columns = this.terminal.size().columns || DEFAULT_COLUMNS;
    const plain = stripVTControlCharacters(line);
    return plain.length < columns ? line.trimEnd() : `${plain.slice(0, columns - 2)}…`;
  }
}

/** Goes up over the lines that were painted last and clears them. */
function erase(lines: number): string {
  return lines === 0 ? "" : `\x1b[${lines}A\x1b[J`;
}

function stepKey(step: StepInfo): string {
  return `${step.op} ${step.urn}`;
}
