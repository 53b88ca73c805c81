import pc from "picocolors";

import type { OperationRequest } from "../engine/operation";
import type { Display, DisplayOptions } from "./display/display";
import type { OperationFlags } from "./operation-flags";

/** The display that the flags and the terminal ask for. Its code is loaded here: an operation needs one of five. */
export async function makeDisplay(
  kind: OperationRequest["kind"],
  dryRun: boolean,
  names: { readonly project: string; readonly stack: string },
  flags: OperationFlags,
  interactive: boolean,
): Promise<Display> {
  const options: DisplayOptions = {
    ...names,
    kind,
    dryRun,
    palette: palette(flags.color),
    showSames: flags.showSames === true,
    suppressOutputs: flags.suppressOutputs === true,
    debug: flags.debug === true,
    write: (text) => void process.stdout.write(text),
  };
  if (flags.json === true) {
    // As with Pulumi's CLI: a command that only previews prints one object, all others a stream of events.
    const previewsOnly = kind === "preview" || flags.previewOnly === true;
    return previewsOnly
      ? new (await import("./display/digest")).DigestDisplay(options)
      : new (await import("./display/event-stream")).EventStreamDisplay(options);
  }
  if (flags.diff === true) return new (await import("./display/tree")).TreeDisplay(options);
  if (!interactive) return new (await import("./display/progress")).ProgressDisplay(options);
  const { LiveDisplay } = await import("./display/live");
  return new LiveDisplay(options, () => process.stdout);
}

export function palette(color: OperationFlags["color"]): ReturnType<typeof pc.createColors> {
  return pc.createColors(color === "auto" ? pc.isColorSupported : color === "always");
}
