import type { EngineEvent } from "../../engine/events";
import type { PropertyMap } from "../../providers/base/values";
import { Diagnostics } from "./diagnostics";
import type { DisplayOptions } from "./display";
import { PropertyPrinter } from "./printer";
import { durationText, resourcesText } from "./summary";
import type { SummaryEvent } from "./summary";
import { diffMaps, hasChanges } from "./value-diff";

/** What every display for people ends with: diagnostics, the stack's outputs, counts, duration. */
export class Ending {
  private readonly diagnostics: Diagnostics;
  private summary: SummaryEvent | undefined;
  private errored = 0;

  constructor(private readonly options: DisplayOptions) {
    this.diagnostics = new Diagnostics(`${options.project}-${options.stack}`, options.debug);
  }

  event(event: EngineEvent): void {
    if (event.kind === "diagnostic") this.diagnostics.add(event);
    if (event.kind === "step-failed") this.errored++;
    if (event.kind === "summary") this.summary = event;
  }

  /** `leadIn` stands before the first section. */
  write({ withOutputs, leadIn = "" }: { withOutputs: boolean; leadIn?: string }): void {
    const { palette, write } = this.options;
    const summary = this.summary;
    const sections = [this.diagnostics.text(palette).trimEnd()];
    if (summary !== undefined) {
      if (withOutputs && !this.options.suppressOutputs && summary.outputs !== undefined) {
        sections.push(outputsText(summary.oldOutputs, summary.outputs, this.options, summary.planning));
      }
      sections.push(resourcesText(summary, this.errored, palette).trimEnd());
      if (!summary.planning) sections.push(`${palette.bold("Duration:")} ${durationText(summary.seconds)}`);
    }
    const text = sections.filter((section) => section !== "").join("\n\n");
    if (text !== "") write(`${leadIn}${text}\n`);
  }
}

/** The `Outputs:` section: in a preview only when something differs, after an update always. */
function outputsText(old: PropertyMap, outputs: PropertyMap, options: DisplayOptions, planning: boolean): string {
  const diff = diffMaps(old, outputs);
  if (diff.size === 0 || (planning && !hasChanges(diff))) return "";
  const printer = new PropertyPrinter({ palette: options.palette, hideSames: planning });
  if (Object.keys(old).length === 0 || !hasChanges(diff)) printer.map(outputs, 1, "same");
  else printer.mapDiff(diff, 1);
  return `${options.palette.bold("Outputs:")}\n${printer.toString().trimEnd()}`;
}
