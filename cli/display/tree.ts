import type { EngineEvent, StepInfo } from "../../engine/events";
import { isDefaultProvider } from "../../engine/urn";
import { title } from "./display";
import type { Display, DisplayOptions } from "./display";
import { Ending } from "./ending";
import { withoutHidden } from "./hidden";
import { providerRef } from "./json-state";
import { foundOp, isRootStack, OPS, REPLACEMENT_PARTS } from "./ops";
import { PropertyPrinter } from "./printer";
import type { SummaryEvent } from "./summary";
import { diffByPaths, diffMaps, hasChanges, withoutUnknowns } from "./value-diff";
import type { MapDiff } from "./value-diff";
import { Why } from "./why";

const INDENT = "    ";

/** The display of `--diff`: every resource that changes, with its properties, under its parents. */
export class TreeDisplay implements Display {
  private readonly seen = new Map<string, StepInfo>();
  private readonly ending: Ending;
  private readonly printer: PropertyPrinter;
  private readonly why: Why;

  constructor(private readonly options: DisplayOptions) {
    this.ending = new Ending(options);
    this.printer = new PropertyPrinter(options.palette);
    this.why = new Why(options);
    options.write(title(options));
  }

  event(event: EngineEvent): void {
    this.ending.event(event);
    this.why.event(event);
    if (event.kind === "summary" && !this.options.suppressOutputs) this.options.write(this.stackOutputs(event));
    if (!("step" in event)) return;
    const { step } = event;
    if (event.kind === "step-start") {
      this.seen.set(step.urn, step);
      // Everything else hangs on the stack, which is done last.
      if (isRootStack(step)) this.options.write(this.header(step));
    } else if (!isRootStack(step) && this.isShown(step)) {
      // What was decided is known at the start; what a refresh found, at the end.
      const told = step.op === "refresh" ? step : (this.seen.get(step.urn) ?? step);
      this.options.write(this.header(told) + this.properties(told, this.depth(told) + 1));
    }
  }

  close(): void {
    this.ending.write({ withOutputs: false });
  }

  private isShown(step: StepInfo): boolean {
    if (REPLACEMENT_PARTS.has(step.op) || isDefaultProvider(step.urn)) return false;
    if (this.options.showSames || isRootStack(step)) return true;
    return step.op === "refresh" ? (step.refreshOp ?? "same") !== "same" : step.op !== "same";
  }

  /** How many parents are shown above. */
  private depth(step: StepInfo): number {
    const above = this.seen.get((step.new ?? step.old)?.parent ?? "");
    return above === undefined ? 0 : this.depth(above) + (this.isShown(above) ? 1 : 0);
  }

  private header(step: StepInfo): string {
    const op = foundOp(step, this.options.kind);
    const indent = INDENT.repeat(this.depth(step));
    const head = this.options.palette[OPS[op].paint](`${OPS[op].prefix}${step.type}: (${op})`);
    const lock = step.new?.protect === true ? " 🔒" : step.old?.protect === true ? " 🔓" : "";
    const facts = [
      ...(step.old?.id === undefined ? [] : [`id=${step.old.id}`]),
      `urn=${step.urn}`,
      ...(step.provider === "" ? [] : [`provider=${providerRef(step.provider, "[unknown]")}`]),
    ];
    const sentence = this.why.sentence(step);
    const lines = [...facts, ...(sentence === "" ? [] : [sentence])];
    return `${indent}${head}${lock}\n${lines.map((line) => `${indent}${INDENT}[${line}]\n`).join("")}`;
  }

  private properties(step: StepInfo, indent: number): string {
    const { printer } = this;
    const { old, new: target, detailedDiff = {}, diffReasons = [] } = step;
    if (step.op === "refresh") {
      const diff = diffMaps(old?.outputs ?? {}, step.refreshOp === "delete" ? {} : (target?.outputs ?? {}));
      if (!hasChanges(diff)) return "";
      return `${INDENT.repeat(indent)}--outputs:--\n${this.differences(diff, step, indent, true)}`;
    }
    if (target === undefined) return printer.map(old?.inputs ?? {}, indent, step.op);
    if (old === undefined) return printer.map(target.inputs, indent, step.op);
    if (Object.keys(detailedDiff).length > 0) return this.differences(diffByPaths(step, detailedDiff), step, indent);
    const planned = Object.keys(target.outputs).length > 0;
    const all = planned ? diffMaps(old.outputs, target.outputs) : diffMaps(old.inputs, target.inputs);
    const diff = planned || diffReasons.length === 0 ? all : only(all, (key) => diffReasons.includes(key));
    if (hasChanges(diff)) return this.differences(diff, step, indent);
    return printer.map(planned ? target.outputs : target.inputs, indent, "same");
  }

  private differences(diff: MapDiff, step: StepInfo, indent: number, hideSames = false): string {
    const { shown, hidden } = withoutHidden(diff, step);
    const printer = hideSames ? new PropertyPrinter(this.options.palette, true) : this.printer;
    return printer.mapDiff(shown, indent) + hidden.map((path) => `${INDENT.repeat(indent)}${path} (hidden)\n`).join("");
  }

  private stackOutputs({ oldOutputs, outputs, planning }: SummaryEvent): string {
    if (outputs === undefined) return "";
    const all = diffMaps(oldOutputs, outputs);
    const diff = planning ? withoutUnknowns(all) : all;
    if (!hasChanges(diff)) return "";
    // Aligned to all outputs, as Pulumi does, although only those that change are shown.
    const width = Math.max(...[...all.keys()].map((key) => key.length));
    const changed = [...diff].filter(([, each]) => each.kind !== "same");
    const padded = new Map(changed.map(([key, each]) => [key.padEnd(width), each]));
    return `${INDENT}--outputs:--\n${this.printer.mapDiff(padded, 1)}`;
  }
}

function only(diff: MapDiff, isWanted: (key: string) => boolean): MapDiff {
  return new Map([...diff].filter(([key]) => isWanted(key)));
}
