import type { EngineEvent, StepInfo } from "../../engine/events";
import { isDefaultProvider } from "../../engine/urn";
import { severityPrefix } from "./diagnostics";
import type { Display, DisplayOptions } from "./display";
import { asBegun, digestState, providerRef } from "./json-state";
import { packName } from "./policies";
import { foundOp, isRootStack, REPLACEMENT_PARTS } from "./ops";
import { Why } from "./why";

/** The display of `preview --json`: one object when all is known. Source: Pulumi's `display.PreviewDigest`. */
export class DigestDisplay implements Display {
  private config: Readonly<Record<string, string>> = {};
  private readonly steps = new Map<string, StepInfo>();
  private readonly diagnostics: object[] = [];
  private summary = { seconds: 0, changes: {} };

  private readonly why: Why;

  constructor(private readonly options: DisplayOptions) {
    this.why = new Why(options);
  }

  event(event: EngineEvent): void {
    this.why.event(event);
    if (event.kind === "prelude") this.config = event.config;
    if (event.kind === "summary") this.summary = event;
    if (event.kind === "diagnostic" && event.ephemeral !== true && (event.severity !== "debug" || this.options.debug)) {
      const { urn, severity } = event;
      this.diagnostics.push({ urn, message: severityPrefix(severity) + event.message, severity });
    }
    if (event.kind === "policy") {
      const { urn, level, policy, message } = event;
      const severity = level === "mandatory" ? "error" : "warning";
      const prefix = `${severityPrefix(severity)}${packName(event)} ${policy}: `;
      this.diagnostics.push({ urn, message: prefix + message, severity });
    }
    // Only a refresh knows more at its end than at its start; what follows from it in an update are steps of their own.
    const isFinding = "step" in event && event.step.op === "refresh" && this.options.kind === "refresh";
    if ("step" in event && (event.kind === "step-start" || isFinding)) this.put(event.step);
  }

  close(): void {
    const digest = {
      config: Object.keys(this.config).length > 0 ? this.config : undefined,
      steps: [...this.steps.values()].map((step) => this.step(step)),
      diagnostics: this.diagnostics,
      duration: Math.round(this.summary.seconds * 1e9),
      changeSummary: this.summary.changes,
    };
    this.options.write(`${JSON.stringify(digest, undefined, 4)}\n`);
  }

  private put(step: StepInfo): void {
    if (REPLACEMENT_PARTS.has(step.op) || isDefaultProvider(step.urn)) return;
    if (step.op === "same" && !this.options.showSames && !isRootStack(step)) return;
    this.steps.set(`${step.op === "refresh" ? "refresh" : "decided"} ${step.urn}`, asBegun(step));
  }

  private step(step: StepInfo): object {
    const op = foundOp(step, this.options.kind);
    return {
      op,
      urn: step.urn,
      provider: step.provider === "" ? undefined : providerRef(step.provider),
      oldState: digestState(step.old),
      newState: op === "delete" ? undefined : digestState(step.new),
      diffReasons: step.diffReasons,
      replaceReasons: step.replaceReasons,
      detailedDiff: step.detailedDiff ?? null,
      because: this.why.sentence(step) || undefined,
    };
  }
}
