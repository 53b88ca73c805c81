import { equalValues, isPropertyMap, Secret, Unknown } from "../providers/base/values";
import { UNKNOWN_ID } from "../providers/base/wire";
import type { PropertyMap, Value } from "../providers/base/values";
import type { Decision } from "./decide";
import type { EngineEvent, StepOp } from "./events";
import type { ResourceState } from "./resource-state";
import { isDefaultProvider } from "./urn";

/** What a preview found, by URN; an update may be held to it. Source: Pulumi's `apitype.DeploymentPlanV1`. */
export type Plan = ReadonlyMap<string, ResourcePlan>;

export interface ResourcePlan {
  /** Absent when the resource is only deleted. */
  readonly goal?: PlannedGoal;
  readonly steps: readonly StepOp[];
  /** 32 bytes for autonaming, so that the names which the preview showed are those which are made. */
  readonly seed?: Uint8Array;
}

/** `inputDiff` is against the inputs in the state; an unknown value in it allows any value, or none. */
export interface PlannedGoal {
  readonly type: string;
  readonly custom: boolean;
  readonly protect: boolean;
  readonly inputDiff: InputDiff;
  /** What Pulumi's engine judges besides, as it writes it; not read here. */
  readonly declared?: Declared;
}

export type Declared = Pick<
  ResourceState,
  "parent" | "provider" | "dependencies" | "propertyDependencies" | "ignoreChanges" | "additionalSecretOutputs"
> & { readonly id?: string };

export interface InputDiff {
  readonly adds: PropertyMap;
  readonly updates: PropertyMap;
  readonly deletes: readonly string[];
}

/** The steps that a planned step allows: itself, and what does less. Source: Pulumi's documentation of update plans. */
const ALLOWED: Partial<Record<StepOp, readonly StepOp[]>> = {
  create: ["same", "create"],
  update: ["same", "update"],
  replace: ["same", "update", "replace"],
  "create-replacement": ["same", "update", "create-replacement"],
  "delete-replaced": ["same", "update", "delete-replaced"],
};

const DELETIONS: ReadonlySet<StepOp> = new Set(["delete", "delete-replaced", "discard", "discard-replaced"]);

const STEPS: Readonly<Record<Decision["op"], readonly StepOp[]>> = {
  skip: [],
  same: ["same"],
  create: ["create"],
  update: ["update"],
  replace: ["create-replacement", "replace", "delete-replaced"],
  recreate: ["create-replacement", "replace"],
  import: ["import"],
};

/** Puts a plan together from the events of a preview. */
export class PlanBuilder {
  readonly plan = new Map<string, ResourcePlan>();

  event(event: EngineEvent): void {
    if (event.kind !== "step-start" || event.step.op === "refresh") return;
    const { op, urn, old, new: target, seed } = event.step;
    const before = this.plan.get(urn);
    const decided = target === undefined || DELETIONS.has(op) ? undefined : goalOf(target, old);
    this.plan.set(urn, { ...before, steps: [...(before?.steps ?? []), op], ...decided, ...(seed && { seed }) });
  }
}

function goalOf(target: ResourceState, old: ResourceState | undefined): { goal: PlannedGoal } {
  const { type, custom, protect = false, inputs } = target;
  const before = old?.inputs ?? {};
  const changed = Object.entries(inputs).filter(([key, value]) => !equalValues(before[key], value));
  const part = (isNew: boolean): PropertyMap =>
    Object.fromEntries(changed.filter(([key]) => isNew === (before[key] === undefined)));
  const deletes = Object.keys(before).filter((key) => inputs[key] === undefined);
  const inputDiff = { adds: part(true), updates: part(false), deletes };
  return { goal: { type, custom, protect, inputDiff, declared: declaredOf(target) } };
}

function declaredOf({ importID: id, ...target }: ResourceState): Declared {
  const { parent, provider, dependencies, propertyDependencies, ignoreChanges, additionalSecretOutputs } = target;
  return {
    ...{ dependencies, propertyDependencies },
    ...(parent !== undefined && { parent }),
    // A provider that is still to be made has no id yet.
    ...(provider !== undefined && { provider: provider.endsWith("::") ? provider + UNKNOWN_ID : provider }),
    ...(ignoreChanges !== undefined && { ignoreChanges }),
    ...(additionalSecretOutputs !== undefined && { additionalSecretOutputs }),
    ...(id !== undefined && { id }),
  };
}

/** Holds an operation to a plan: what the plan does not allow is refused before anything is touched. */
export class Constraint {
  private readonly seen = new Set<string>();

  constructor(private readonly plan: Plan) {}

  /** @throws Error that names the resource and what the plan says of it, and no value */
  check(urn: string, protect: boolean, decision: Decision): void {
    const { op, inputs } = decision;
    const old = "old" in decision ? decision.old : undefined;
    this.allow(urn, op === "import" && old !== undefined ? ["import-replacement"] : STEPS[op]);
    const goal = this.plan.get(urn)?.goal;
    if (goal === undefined || op === "skip") return;
    const expected = apply(goal.inputDiff, old?.inputs ?? {});
    const keys = new Set([...Object.keys(expected), ...Object.keys(inputs)]);
    const changed = [...keys].filter((key) => !key.startsWith("__") && !allows(expected[key], inputs[key])).sort();
    if (goal.protect !== protect) changed.push("the option protect");
    if (changed.length > 0) throw violation(urn, `properties changed: ${changed.join(", ")}`);
    if (op === "replace") for (const state of decision.first) this.allow(state.urn, ["delete-replaced"]);
  }

  /** Also for what needs no look at inputs: deletions and reads. */
  allow(urn: string, steps: readonly StepOp[]): void {
    this.seen.add(urn);
    const { steps: planned, goal } = this.plan.get(urn) ?? {};
    // The program does not declare it: the resource that brings it is what is judged.
    if (goal === undefined && isDefaultProvider(urn)) return;
    const refused = steps.find(
      (step) => !(planned ?? ["same" as const]).some((each) => (ALLOWED[each] ?? [each]).includes(step)),
    );
    if (refused === undefined) return;
    const instead = planned === undefined ? "no steps were expected" : `it is constrained to ${planned.join(", ")}`;
    throw violation(urn, `${refused} is not allowed by the plan: ${instead}`);
  }

  /** What was planned, other than deletions, and did not come. */
  refuseMissing(): void {
    for (const [urn, { steps }] of this.plan) {
      if (this.seen.has(urn) || isDefaultProvider(urn) || steps.every((step) => DELETIONS.has(step))) continue;
      throw violation(urn, `${steps.join(", ")} was expected, but the program does not declare it`);
    }
  }
}

function violation(urn: string, what: string): Error {
  return new Error(`resource ${urn} violates plan: ${what}; make a new plan with \`preview --save-plan\``);
}

function apply({ adds, updates, deletes }: InputDiff, old: PropertyMap): PropertyMap {
  const kept = Object.entries(old).filter(([key]) => !deletes.includes(key));
  return { ...Object.fromEntries(kept), ...adds, ...updates };
}

/** Whether a value is the planned one; what was not known when the plan was made may be anything. */
function allows(planned: Value | undefined, actual: Value | undefined): boolean {
  if (planned instanceof Unknown) return true;
  if (planned instanceof Secret) return allows(planned.value, actual);
  if (actual instanceof Secret) return allows(planned, actual.value);
  if (Array.isArray(planned) && Array.isArray(actual)) {
    return planned.length === actual.length && planned.every((member, index) => allows(member, actual[index]));
  }
  if (!isPropertyMap(planned) || !isPropertyMap(actual)) return planned === actual;
  const keys = new Set([...Object.keys(planned), ...Object.keys(actual)]);
  return [...keys].every((key) => key.startsWith("__") || allows(planned[key], actual[key]));
}
