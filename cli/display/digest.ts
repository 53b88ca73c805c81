import type { EngineEvent, StepInfo } from "../../engine/events";
import { isDefaultProvider } from "../../engine/urn";
import { severityPrefix } from "./diagnostics";
import type { Display, DisplayOptions } from "./display";
import { digestState, UNKNOWN_VALUE } from "./json-state";
import { isRootStack, outcomeOp, providerRef, REPLACEMENT_PARTS } from "./ops";

/** The display of `preview --json`: one object when all is known. Source: Pulumi's `display.PreviewDigest`. */
export class DigestDisplay implements Display {
  private config: Readonly<Record<string, string>> = {};
  private readonly steps = new Map<string, StepInfo>();
  private readonly diagnostics: object[] = [];
  private seconds = 0;
  private changes: object = {};

  constructor(private readonly options: DisplayOptions) {}

  event(event: EngineEvent): void {
    switch (event.kind) {
      case "prelude":
        this.config = event.config;
        return;
      case "step-start":
        this.put(event.step);
        return;
      case "step-done":
      case "step-failed":
        // Only a refresh knows more at its end than at its start.
        if (event.step.op === "refresh") this.put(event.step);
        return;
      case "diagnostic":
        if (event.ephemeral !== true && (event.severity !== "debug" || this.options.debug)) {
          const message = `${severityPrefix(event.severity)}${event.message}`;
          this.diagnostics.push({ urn: event.urn, message, severity: event.severity });
        }
        return;
      case "summary":
        this.seconds = event.seconds;
        this.changes = event.changes;
    }
  }

  close(): void {
    const steps = [...this.steps.values()].map((step) => this.step(step));
    const digest = {
      config: Object.keys(this.config).length > 0 ? this.config : undefined,
      steps,
      diagnostics: this.diagnostics,
      duration: Math.round(this.seconds * 1e9),
      changeSummary: this.changes,
    };
    this.options.write(`${JSON.stringify(digest, undefined, 4)}\n`);
  }

  private put(step: StepInfo): void {
    if (REPLACEMENT_PARTS.has(step.op) || isDefaultProvider(step.urn)) return;
    if (step.op === "same" && !this.options.showSames && !isRootStack(step)) return;
    this.steps.set(`${step.op === "refresh" ? "refresh" : "decided"} ${step.urn}`, step);
  }

  private step(step: StepInfo): object {
    // Under `preview --refresh` what the refresh found is followed by a step of its own.
    const found = this.options.kind === "refresh" ? outcomeOp(step) : step.op;
    const op = found === "same" && step.op === "refresh" ? "refresh" : found;
    return {
      op,
      urn: step.urn,
      provider: step.provider === "" ? undefined : providerRef(step.provider, UNKNOWN_VALUE),
      oldState: digestState(step.old),
      newState: op === "delete" ? undefined : digestState(step.new),
      diffReasons: step.diffReasons,
      replaceReasons: step.replaceReasons,
      detailedDiff: step.detailedDiff ?? null,
    };
  }
}
