import type { EngineEvent, StepInfo } from "../../engine/events";
import type { PropertyMap } from "../../providers/base/values";
import { severityPrefix } from "./diagnostics";
import type { Display, DisplayOptions } from "./display";
import { asBegun, eventState, jsonValue, providerRef } from "./json-state";
import { foundOp, outcomeOp, REPLACEMENT_PARTS } from "./ops";
import { Why } from "./why";

/** The display of `up --json` and its like: one JSON object a line. Source: Pulumi's `apitype.EngineEvent`. */
export class EventStreamDisplay implements Display {
  private sequence = 0;
  private readonly why: Why;
  private readonly open = new Map<string, Extract<EngineEvent, { kind: "step-done" }>>();

  constructor(
    private readonly options: DisplayOptions,
    private readonly now: () => number = Date.now,
  ) {
    this.why = new Why(options);
  }

  event(event: EngineEvent): void {
    if (event.kind === "diagnostic" && event.severity === "debug" && !this.options.debug) return;
    this.why.event(event);
    if (event.kind === "outputs") return this.finish(event.urn, event.outputs);
    if (event.kind === "step-done" && isComponentRegistered(event.step)) this.open.set(event.step.urn, event);
    else this.emit(this.body(event));
  }

  /** A component is done when it has told its outputs, and only then. */
  private finish(urn: string, outputs: PropertyMap): void {
    const done = this.open.get(urn);
    this.open.delete(urn);
    if (done?.step.new === undefined) return;
    this.emit(this.body({ ...done, step: { ...done.step, new: { ...done.step.new, outputs } } }));
  }

  close(): void {
    this.emit({ cancelEvent: {} });
  }

  private body(event: Exclude<EngineEvent, { kind: "outputs" }>): object {
    const planning = "planning" in event && event.planning ? { planning: true } : {};
    switch (event.kind) {
      case "prelude":
        return { preludeEvent: { config: event.config } };
      case "step-start":
        return { resourcePreEvent: { metadata: this.metadata(asBegun(event.step), event.step.op), ...planning } };
      case "step-done":
        return {
          resOutputsEvent: { metadata: this.metadata(event.step, this.doneOp(event)), ...planning },
        };
      case "step-failed":
        return { resOpFailedEvent: { metadata: this.metadata(event.step, event.step.op), status: 0, steps: 0 } };
      case "diagnostic": {
        const { urn, message, severity, ephemeral } = event;
        return {
          diagnosticEvent: { urn, prefix: severityPrefix(severity), message, color: "never", severity, ephemeral },
        };
      }
      case "policy": {
        const { urn: resourceUrn, message, level: enforcementLevel, severity } = event;
        return { policyEvent: { resourceUrn, message, ...policyFacts(event), enforcementLevel, severity } };
      }
      case "policy-remediation": {
        const [before, after] = [jsonValue(event.before, "envelope"), jsonValue(event.after, "envelope")];
        return { policyRemediationEvent: { resourceUrn: event.urn, ...policyFacts(event), before, after } };
      }
      case "summary": {
        const { changes: resourceChanges, planning: isPreview } = event;
        const result = event.failed || event.cancelled ? "failed" : "succeeded";
        const durationSeconds = Math.floor(event.seconds);
        const summaryEvent = {
          maybeCorrupt: false,
          durationSeconds,
          resourceChanges,
          PolicyPacks: event.policyPacks ?? {},
          isPreview,
          result,
        };
        return { summaryEvent };
      }
    }
  }

  /** A refresh that is not a rehearsal says of what is as it was that it is the same. */
  private doneOp({ step, planning }: { readonly step: StepInfo; readonly planning: boolean }): string {
    const { kind } = this.options;
    return kind === "refresh" && !planning ? outcomeOp(step) : foundOp(step, kind);
  }

  private metadata(step: StepInfo, op: string): object {
    const because = this.why.sentence(step);
    return { ...metadata(step, op), ...(because !== "" && { because }) };
  }

  private emit(body: object): void {
    const timestamp = Math.floor(this.now() / 1000);
    this.options.write(`${JSON.stringify({ sequence: this.sequence++, timestamp, ...body })}\n`);
  }
}

function isComponentRegistered({ new: state, op }: StepInfo): boolean {
  return state?.custom === false && ["same", "create", "update"].includes(op);
}

function metadata(step: StepInfo, op: string): object {
  const detailed = Object.entries(step.detailedDiff ?? {}).map(([path, { kind, inputDiff }]) => {
    return [path, { diffKind: kind, inputDiff }] as const;
  });
  return {
    op,
    urn: step.urn,
    type: step.type,
    old: eventState(step.old),
    new: op === "delete" ? null : eventState(step.new),
    keys: filled(step.replaceReasons),
    diffs: filled(step.diffReasons),
    detailedDiff: step.detailedDiff === undefined ? null : Object.fromEntries(detailed),
    logical: REPLACEMENT_PARTS.has(step.op) ? undefined : true,
    provider: providerRef(step.provider),
  };
}

function policyFacts(event: { readonly policy: string; readonly pack: string; readonly packVersion: string }): object {
  const { policy: policyName, pack: policyPackName, packVersion: policyPackVersion } = event;
  return { color: "never", policyName, policyPackName, policyPackVersion, policyPackVersionTag: policyPackVersion };
}

function filled(names: readonly string[] = []): readonly string[] | undefined {
  return names.length === 0 ? undefined : names;
}
