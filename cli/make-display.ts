import pc from "picocolors";

import type { Display, DisplayOptions } from "./display/display";
import type { OperationFlags, OperationKind } from "./operation-flags";
import type { Session } from "./session";

/** The display that the flags and the terminal ask for. Its code is loaded here: an operation needs one of five. */
export async function makeDisplay(
  kind: OperationKind,
  dryRun: boolean,
  { stack, workspace }: Session,
  flags: OperationFlags,
): Promise<Display> {
  const options: DisplayOptions = {
    kind,
    dryRun,
    project: stack.project,
    stack: stack.name,
    palette: palette(flags.color),
    showSames: flags.showSames === true,
    suppressOutputs: flags.suppressOutputs === true,
    debug: flags.debug === true,
    why: flags.why === true,
    write: (text) => void process.stdout.write(text),
  };
  if (flags.json === true) {
    // As with Pulumi's CLI: a command that only previews prints one object, all others a stream of events.
    const previewsOnly = kind === "preview" || flags.previewOnly === true;
    if (previewsOnly) return new (await import("./display/digest")).DigestDisplay(options);
    return new (await import("./display/event-stream")).EventStreamDisplay(options);
  }
  if (flags.diff === true) return new (await import("./display/tree")).TreeDisplay(options);
  if (!workspace.interactive) return new (await import("./display/progress")).ProgressDisplay(options);
  return new (await import("./display/live")).LiveDisplay(options, () => process.stdout);
}

export function palette(color: OperationFlags["color"]): ReturnType<typeof pc.createColors> {
  return pc.createColors(color === "auto" ? pc.isColorSupported : color === "always");
}
