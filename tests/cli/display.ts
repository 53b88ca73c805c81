import pc from "picocolors";

import type { Display, DisplayOptions } from "../../cli/display/display";
import type { EngineEvent, StepInfo, StepOp } from "../../engine/events";
import type { ResourceState } from "../../engine/resource-state";
import type { PropertyMap } from "../../providers/base/values";

/** What a display writes for a list of events. */
export function shown(
  make: (options: DisplayOptions) => Display,
  events: readonly EngineEvent[],
  changed: Partial<DisplayOptions> = {},
): string {
  let text = "";
  const display = make({
    kind: "preview",
    dryRun: true,
    project: "peerprog",
    stack: "dev",
    palette: pc.createColors(false),
    showSames: false,
    suppressOutputs: false,
    debug: false,
    write: (piece) => (text += piece),
    ...changed,
  });
  for (const event of events) display.event(event);
  display.close();
  return text;
}

export function resource(name: string, properties: Partial<ResourceState> = {}): ResourceState {
  const type = properties.type ?? "rabbitmq:index/user:User";
  return {
    urn: `urn:pulumi:dev::peerprog::${type}::${name}`,
    type,
    custom: true,
    inputs: {},
    outputs: {},
    dependencies: [],
    propertyDependencies: {},
    ...properties,
  };
}

export function step(op: StepOp, state: ResourceState, more: Partial<StepInfo> = {}): StepInfo {
  const sides = op === "create" ? { new: state } : op === "delete" ? { old: state } : { old: state, new: state };
  return { op, urn: state.urn, type: state.type, provider: "", ...sides, ...more };
}

export function summary(
  planning: boolean,
  changes: Partial<Record<StepOp, number>>,
  outputs: { readonly old?: PropertyMap; readonly new?: PropertyMap } = {},
): EngineEvent {
  return {
    kind: "summary",
    planning,
    seconds: 4.2,
    changes,
    failed: false,
    cancelled: false,
    oldOutputs: outputs.old ?? {},
    ...(outputs.new !== undefined && { outputs: outputs.new }),
  };
}
