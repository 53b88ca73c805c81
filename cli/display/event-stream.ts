import type { EngineEvent, StepInfo } from "../../engine/events";
import { severityPrefix } from "./diagnostics";
import type { Display, DisplayOptions } from "./display";
import { eventState, UNKNOWN_VALUE } from "./json-state";
import { outcomeOp, providerRef, REPLACEMENT_PARTS } from "./ops";

/** The display of `up --json` and its like: one JSON object a line. Source: Pulumi's `apitype.EngineEvent`. */
export class EventStreamDisplay implements Display {
  private sequence = 0;

  constructor(
    private readonly options: DisplayOptions,
    private readonly now: () => number = Date.now,
  ) {}

  event(event: EngineEvent): void {
    switch (event.kind) {
      case "prelude":
        this.emit({ preludeEvent: { config: event.config } });
        return;
      case "step-start":
        this.emit({ resourcePreEvent: { metadata: metadata(event.step, event.step.op), ...planning(event) } });
        return;
      case "step-done":
        this.emit({ resOutputsEvent: { metadata: metadata(event.step, this.doneOp(event.step)), ...planning(event) } });
        return;
      case "step-failed":
        this.emit({ resOpFailedEvent: { metadata: metadata(event.step, event.step.op), status: 0, steps: 0 } });
        return;
      case "diagnostic":
        if (event.severity === "debug" && !this.options.debug) return;
        this.emit({
          diagnosticEvent: {
            urn: event.urn,
            prefix: severityPrefix(event.severity),
            message: event.message,
            color: "never",
            severity: event.severity,
            ephemeral: event.ephemeral,
          },
        });
        return;
      case "summary":
        this.emit({
          summaryEvent: {
            maybeCorrupt: false,
            durationSeconds: Math.floor(event.seconds),
            resourceChanges: event.changes,
            PolicyPacks: {},
            isPreview: event.planning,
            result: event.failed || event.cancelled ? "failed" : "succeeded",
          },
        });
    }
  }

  close(): void {
    this.emit({ cancelEvent: {} });
  }

  private doneOp(step: StepInfo): string {
    const op = this.options.kind === "refresh" ? outcomeOp(step) : step.op;
    return op === "same" && step.op === "refresh" ? "refresh" : op;
  }

  private emit(body: object): void {
    const timestamp = Math.floor(this.now() / 1000);
    this.options.write(`${JSON.stringify({ sequence: this.sequence++, timestamp, ...body })}\n`);
  }
}

function planning(event: { readonly planning: boolean }): object {
  return event.planning ? { planning: true } : {};
}

function metadata(step: StepInfo, op: string): object {
  return {
    op,
    urn: step.urn,
    type: step.type,
    old: eventState(step.old),
    new: op === "delete" ? null : eventState(step.new),
    keys: filled(step.replaceReasons),
    diffs: filled(step.diffReasons),
    detailedDiff:
      step.detailedDiff === undefined
        ? null
        : Object.fromEntries(
            Object.entries(step.detailedDiff).map(([path, { kind, inputDiff }]) => [
              path,
              { diffKind: kind, inputDiff },
            ]),
          ),
    logical: REPLACEMENT_PARTS.has(step.op) ? undefined : true,
    provider: providerRef(step.provider, UNKNOWN_VALUE),
  };
}

function filled(names: readonly string[] | undefined): readonly string[] | undefined {
  return names === undefined || names.length === 0 ? undefined : names;
}
