import type { EngineEvent, StepInfo, StepOp } from "../../engine/events";
import { urnName } from "../../engine/urn";
import { equalValues } from "../../providers/base/values";
import type { DisplayOptions } from "./display";
import { OPS, REPLACEMENT_PARTS } from "./ops";

/** Says of each step why it is taken (`--why`): which input changed, and which resource of the operation it came from. */
export class Why {
  private readonly ops = new Map<string, StepOp>();
  /** What a refresh found changed, by URN. */
  private readonly drifted = new Map<string, readonly string[]>();

  constructor(private readonly options: Pick<DisplayOptions, "kind" | "why">) {}

  event(event: EngineEvent): void {
    if (event.kind !== "step-done") return;
    const { op, urn, refreshOp, diffReasons = [] } = event.step;
    if (op !== "refresh") this.ops.set(urn, REPLACEMENT_PARTS.has(op) ? "replace" : op);
    else if (refreshOp !== "same") this.drifted.set(urn, diffReasons);
  }

  /** `because value came from a (updated); size changed in the program`; empty where there is nothing to say. */
  sentence(step: StepInfo): string {
    const reasons = this.options.why === true ? this.reasons(step) : [];
    return reasons.length === 0 ? "" : `because ${reasons.join("; ")}`;
  }

  private reasons(step: StepInfo): readonly string[] {
    switch (step.op) {
      case "delete":
        return this.options.kind === "destroy" ? [] : ["the program does not declare it any more"];
      case "create":
        return this.drifted.has(step.urn) ? ["it is gone"] : [];
      case "update":
      case "replace":
        return this.changed(step);
      default:
        return [];
    }
  }

  private changed(step: StepInfo): readonly string[] {
    const { old, new: target, diffReasons = [], replaceReasons = [] } = step;
    const inputs = diffReasons.filter((key) => !equalValues(old?.inputs[key], target?.inputs[key]));
    if (inputs.length > 0) return inputs.map((key) => `${key} ${this.origin(step, key)}`);
    if (replaceReasons.includes("provider")) return ["its provider leads to another place"];
    // The reason that the engine gives to a replacement which no difference asks for.
    if (diffReasons.length === 0 && replaceReasons.includes("id")) return ["--replace asks for it"];
    if (replaceReasons.includes("replacementTrigger")) return ["its replacementTrigger changed"];
    if (diffReasons.length === 0 && step.op === "replace") return ["what it depends on is replaced"];
    if (old?.initErrors !== undefined) return ["it was left half done"];
    return [`its provider finds a difference in ${[...new Set([...replaceReasons, ...diffReasons])].join(", ")}`];
  }

  private origin({ urn, because = {} }: StepInfo, key: string): string {
    const sources = because[key] ?? [];
    const named = sources.map((source) => `${urnName(source)} (${OPS[this.ops.get(source) ?? "update"].done})`);
    if (named.length > 0) return `came from ${named.join(", ")}`;
    return this.drifted.get(urn)?.includes(key) === true ? "was changed outside" : "changed in the program";
  }
}
