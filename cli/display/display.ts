import type { EngineEvent } from "../../engine/events";
import type { OperationRequest } from "../../engine/operation";
import type { Palette } from "./printer";

/** Shows an operation as it happens. `close` is called once, after the last event, also when the engine failed. */
export interface Display {
  event(event: EngineEvent): void;
  close(): void;
}

export interface DisplayOptions {
  readonly kind: OperationRequest["kind"];
  readonly dryRun: boolean;
  readonly project: string;
  readonly stack: string;
  readonly palette: Palette;
  /** Also show resources that stay as they are. */
  readonly showSames: boolean;
  /** Do not show the stack's outputs. */
  readonly suppressOutputs: boolean;
  /** Also show what the engine and the SDK say at debug level. */
  readonly debug: boolean;
  /** Say of each change why it is made. */
  readonly why?: boolean;
  /** Takes text as it comes, whole lines. */
  readonly write: (text: string) => void;
}

const TITLES: Readonly<Record<OperationRequest["kind"], { readonly plan: string; readonly run: string }>> = {
  preview: { plan: "Previewing update", run: "Previewing update" },
  up: { plan: "Previewing update", run: "Updating" },
  refresh: { plan: "Previewing refresh", run: "Refreshing" },
  destroy: { plan: "Previewing destroy", run: "Destroying" },
  import: { plan: "Previewing import", run: "Importing" },
};

/** `Updating (dev):`, the first line of every display for people. */
export function title(options: DisplayOptions): string {
  const words = TITLES[options.kind];
  return `${options.palette.bold(`${options.dryRun ? words.plan : words.run} (${options.stack}):`)}\n`;
}
