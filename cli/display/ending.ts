import type { EngineEvent } from "../../engine/events";
import { Diagnostics } from "./diagnostics";
import type { DisplayOptions } from "./display";
import { Policies } from "./policies";
import { PropertyPrinter } from "./printer";
import { durationText, resourcesText } from "./summary";
import type { SummaryEvent } from "./summary";
import { diffMaps, hasChanges } from "./value-diff";

/** What every display for people ends with: diagnostics, the stack's outputs, counts, duration. */
export class Ending {
  private readonly diagnostics: Diagnostics;
  private readonly policies = new Policies();
  private summary: SummaryEvent | undefined;
  private errored = 0;

  constructor(private readonly options: DisplayOptions) {
    this.diagnostics = new Diagnostics(`${options.project}-${options.stack}`, options.debug);
  }

  event(event: EngineEvent): void {
    this.policies.event(event);
    if (event.kind === "diagnostic") this.diagnostics.add(event);
    if (event.kind === "step-failed") this.errored++;
    if (event.kind === "summary") this.summary = event;
  }

  /** `leadIn` stands before the first section. */
  write({ withOutputs, leadIn = "" }: { withOutputs: boolean; leadIn?: string }): void {
    const { palette, write, suppressOutputs } = this.options;
    const { summary } = this;
    const sections = [this.policies.text(summary?.policyPacks, palette), this.diagnostics.text(palette)];
    if (summary !== undefined) {
      if (withOutputs && !suppressOutputs) sections.push(this.outputs(summary));
      sections.push(resourcesText(summary, this.errored, palette));
      if (!summary.planning) sections.push(`${palette.bold("Duration:")} ${durationText(summary.seconds)}`);
    }
    const text = sections.filter((section) => section !== "").join("\n\n");
    if (text !== "") write(`${leadIn}${text}\n`);
  }

  /** The `Outputs:` section: in a preview only when something differs, after an update always. */
  private outputs({ oldOutputs, outputs = {}, planning }: SummaryEvent): string {
    const diff = diffMaps(oldOutputs, outputs);
    if (Object.keys(outputs).length === 0 || (planning && !hasChanges(diff))) return "";
    const printer = new PropertyPrinter(this.options.palette, planning);
    const whole = Object.keys(oldOutputs).length === 0 || !hasChanges(diff);
    const text = whole ? printer.map(outputs, 1, "same") : printer.mapDiff(diff, 1);
    return `${this.options.palette.bold("Outputs:")}\n${text.trimEnd()}`;
  }
}
