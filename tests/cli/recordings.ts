import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { EngineEvent, StepInfo, StepOp } from "../../engine/events";
import type { ResourceState } from "../../engine/resource-state";
import { mapMembers, Secret, UNKNOWN } from "../../providers/base/values";
import type { PropertyMap, Value } from "../../providers/base/values";

/**
 * What Pulumi's own CLI and providers recorded (`preview --json`, `preview --refresh --json`; stack traces left out),
 * and the text that it showed for the same preview. A refresh step's finding (`refreshOp`) comes from
 * `refresh --preview-only --json` of the same drift.
 */
interface Recording {
  readonly config?: Record<string, string>;
  readonly steps: readonly RecordedStep[];
  readonly changeSummary: Partial<Record<StepOp, number>>;
}

interface RecordedStep {
  readonly op: StepOp;
  readonly urn: string;
  readonly provider?: string;
  readonly oldState?: RecordedState;
  readonly newState?: RecordedState;
  readonly diffReasons?: string[];
  readonly replaceReasons?: string[];
  readonly detailedDiff: StepInfo["detailedDiff"] | null;
  readonly refreshOp?: "same" | "update" | "delete";
}

type RecordedState = Omit<Partial<ResourceState>, "inputs" | "outputs"> & {
  readonly urn: string;
  readonly type: string;
  readonly inputs?: PropertyMap;
  readonly outputs?: PropertyMap;
};

const FOLDER = join(__dirname, "fixtures", "recordings");

export function recordedText(name: string): string {
  return readFileSync(join(FOLDER, `${name}.diff.txt`), "utf8");
}

export function recordedDigest(name: string): Recording {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), "utf8")) as Recording;
}

/** The engine's events of a recorded preview. `unknownOutputs` names stack outputs that the program no longer knows. */
export function recordedEvents(name: string, unknownOutputs: readonly string[] = []): readonly EngineEvent[] {
  const { config = {}, steps, changeSummary } = recordedDigest(name);
  const infos = steps.map(stepInfo);
  const oldOutputs = infos.find((step) => step.type === "pulumi:pulumi:Stack")?.old?.outputs ?? {};
  return [
    { kind: "prelude", config },
    ...infos.flatMap((step): EngineEvent[] => [
      { kind: "step-start", planning: true, step },
      { kind: "step-done", planning: true, step, seconds: 0.1 },
    ]),
    {
      kind: "summary",
      planning: true,
      seconds: 2,
      changes: changeSummary,
      failed: false,
      cancelled: false,
      oldOutputs,
      outputs: unknownOutputs.reduce(withUnknown, oldOutputs),
    },
  ];
}

function withUnknown(outputs: PropertyMap, path: string): PropertyMap {
  const [head = "", ...rest] = path.split(".");
  const inner = outputs[head];
  return { ...outputs, [head]: rest.length === 0 ? UNKNOWN : withUnknown(inner as PropertyMap, rest.join(".")) };
}

function stepInfo(step: RecordedStep): StepInfo {
  return {
    op: step.op,
    urn: step.urn,
    type: (step.newState ?? step.oldState)?.type ?? "",
    provider: step.provider ?? "",
    old: state(step.oldState),
    new: state(step.newState),
    diffReasons: step.diffReasons,
    replaceReasons: step.replaceReasons,
    detailedDiff: step.detailedDiff ?? undefined,
    refreshOp: step.refreshOp,
  };
}

function state(recorded: RecordedState | undefined): ResourceState | undefined {
  if (recorded === undefined) return undefined;
  return {
    custom: true,
    dependencies: [],
    propertyDependencies: {},
    ...recorded,
    inputs: marked(recorded.inputs ?? {}) as PropertyMap,
    outputs: marked(recorded.outputs ?? {}) as PropertyMap,
  };
}

function marked(value: Value): Value {
  if (value === "[secret]") return new Secret("a secret");
  if (value === "04da6b54-80e4-46f7-96ec-b56ff0331ba9") return UNKNOWN;
  return mapMembers(value, marked);
}
