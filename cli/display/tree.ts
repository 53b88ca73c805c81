import type { EngineEvent, StepInfo } from "../../engine/events";
import { isDefaultProvider } from "../../engine/urn";
import type { PropertyMap } from "../../providers/base/values";
import { title } from "./display";
import type { Display, DisplayOptions } from "./display";
import { Ending } from "./ending";
import { providerRef } from "./json-state";
import { foundOp, isRootStack, OPS, REPLACEMENT_PARTS } from "./ops";
import { PropertyPrinter } from "./printer";
import { diffByPaths, diffMaps, hasChanges, withoutUnknowns } from "./value-diff";
import type { MapDiff } from "./value-diff";

const INDENT = "    ";

/** The display of `--diff`: every resource that changes, with its properties, under its parents. */
export class TreeDisplay implements Display {
  private readonly seen = new Map<string, StepInfo>();
  private readonly ending: Ending;

  constructor(private readonly options: DisplayOptions) {
    this.ending = new Ending(options);
    options.write(title(options));
  }

  event(event: EngineEvent): void {
    this.ending.event(event);
    switch (event.kind) {
      case "step-start":
        this.seen.set(event.step.urn, event.step);
        // Everything else hangs on the stack, which is done last.
        if (isRootStack(event.step)) this.options.write(this.header(event.step));
        return;
      case "step-done":
      case "step-failed":
        this.finished(event.step);
        return;
      case "summary": {
        const text =
          event.outputs === undefined || this.options.suppressOutputs
            ? ""
            : this.stackOutputs(event.oldOutputs, event.outputs, event.planning);
        this.options.write(text === "" ? "" : `${INDENT}--outputs:--\n${text}`);
        return;
      }
      case "prelude":
      case "diagnostic":
    }
  }

  close(): void {
    this.ending.write({ withOutputs: false });
  }

  private finished(step: StepInfo): void {
    // What was decided is known at the start; what a refresh found, at the end.
    const told = step.op === "refresh" ? step : (this.seen.get(step.urn) ?? step);
    if (!isRootStack(told) && this.isShown(step)) this.options.write(this.header(told) + this.properties(told));
  }

  private isShown(step: StepInfo): boolean {
    if (REPLACEMENT_PARTS.has(step.op) || isDefaultProvider(step.urn)) return false;
    if (this.options.showSames || isRootStack(step)) return true;
    if (step.op === "refresh") return step.refreshOp !== undefined && step.refreshOp !== "same";
    return step.op !== "same";
  }

  private depth(step: StepInfo): number {
    let depth = 0;
    for (let parent = (step.new ?? step.old)?.parent; parent !== undefined;) {
      const above = this.seen.get(parent);
      if (above === undefined) break;
      if (this.isShown(above)) depth++;
      parent = (above.new ?? above.old)?.parent;
    }
    return depth;
  }

  private header(step: StepInfo): string {
    // Within an update, a refresh is one step of two; in `refresh` itself, what it found is the news.
    const op = foundOp(step, this.options.kind);
    const indent = INDENT.repeat(this.depth(step));
    const lock = step.new?.protect === true ? " 🔒" : step.old?.protect === true ? " 🔓" : "";
    const { prefix, paint } = OPS[op];
    const head = this.options.palette[paint](`${prefix}${step.type}: (${op})`);
    const facts = [
      ...(step.old?.id === undefined ? [] : [`id=${step.old.id}`]),
      `urn=${step.urn}`,
      ...(step.provider === "" ? [] : [`provider=${providerRef(step.provider, "[unknown]")}`]),
    ];
    return [`${indent}${head}${lock}`, ...facts.map((fact) => `${indent}${INDENT}[${fact}]`), ""].join("\n");
  }

  private properties(step: StepInfo): string {
    const printer = new PropertyPrinter({ palette: this.options.palette });
    const indent = this.depth(step) + 1;
    const { old, new: target } = step;
    if (step.op === "refresh") {
      const diff = diffMaps(old?.outputs ?? {}, step.refreshOp === "delete" ? {} : (target?.outputs ?? {}));
      if (!hasChanges(diff)) return "";
      const changed = new PropertyPrinter({ palette: this.options.palette, hideSames: true });
      changed.mapDiff(diff, indent);
      return `${INDENT.repeat(indent)}--outputs:--\n${changed.toString()}`;
    }
    if (target === undefined) printer.map(old?.inputs ?? {}, indent, step.op);
    else if (old === undefined) printer.map(target.inputs, indent, step.op);
    else if (Object.keys(step.detailedDiff ?? {}).length > 0) {
      printer.mapDiff(diffByPaths(step, step.detailedDiff ?? {}), indent);
    } else {
      const planned = Object.keys(target.outputs).length > 0;
      const all = planned ? diffMaps(old.outputs, target.outputs) : diffMaps(old.inputs, target.inputs);
      const diff = planned ? all : onlyKeys(all, step.diffReasons ?? []);
      if (hasChanges(diff)) printer.mapDiff(diff, indent);
      else printer.map(planned ? target.outputs : target.inputs, indent, "same");
    }
    return printer.toString();
  }

  private stackOutputs(old: PropertyMap, outputs: PropertyMap, planning: boolean): string {
    const printer = new PropertyPrinter({ palette: this.options.palette });
    const all = diffMaps(old, outputs);
    const diff = planning ? withoutUnknowns(all) : all;
    if (!hasChanges(diff)) return "";
    const width = Math.max(0, ...[...all.keys()].map((key) => key.length));
    const changed = [...diff].filter(([, each]) => each.kind !== "same");
    printer.mapDiff(new Map(changed.map(([key, each]) => [key.padEnd(width), each])), 1);
    return printer.toString();
  }
}

function onlyKeys(diff: MapDiff, keys: readonly string[]): MapDiff {
  return keys.length === 0 ? diff : new Map([...diff].filter(([key]) => keys.includes(key)));
}
