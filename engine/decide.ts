import type { DiffResult } from "../providers/base/provider";
import { equalValues } from "../providers/base/values";
import type { PropertyMap, Value } from "../providers/base/values";
import { formerUrns } from "./aliases";
import type { Context } from "./context";
import { dependentsToReplace } from "./dependents";
import { inputDiff, withIgnoredChanges, withReplaceOnChanges } from "./diff";
import type { Goal } from "./goal";
import { findForImport, importMismatch } from "./import";
import type { Found } from "./import";
import { check, diffAgainst } from "./judge";
import type { Decider } from "./judge";
import type { ProviderInstance } from "./provider-host";
import type { ResourceState } from "./resource-state";
import { isProviderType, parseProviderRef, STACK_TYPE } from "./urn";

/** What is to be done about one goal. */
export type Decision = {
  readonly inputs: PropertyMap;
  readonly randomSeed: Uint8Array;
} & (
  | { readonly op: "create" }
  /** `keep`: it is not targeted, so all that may change is what it is called and refers to. */
  | { readonly op: "same"; readonly old: ResourceState; readonly keep?: boolean }
  | { readonly op: "update"; readonly old: ResourceState; readonly diff: DiffResult }
  | {
      readonly op: "replace";
      readonly old: ResourceState;
      readonly diff: DiffResult;
      readonly first: readonly ResourceState[];
    }
  /** The old object is gone or about to go, as a dependent of something that is deleted before its replacement. */
  | { readonly op: "recreate"; readonly old: ResourceState }
  /** Takes over an object that exists; `old` is another object, which goes. */
  | { readonly op: "import"; readonly found: Found; readonly old?: ResourceState }
  /** Not targeted and not there: nothing is made. */
  | { readonly op: "skip" }
);

export async function decide(
  ctx: Context,
  goal: Goal,
  instance: ProviderInstance | undefined,
  seed: Uint8Array,
): Promise<Decision> {
  const old = findOld(ctx, goal);
  const base = { randomSeed: seed };
  // Providers and the stack itself stand for nothing outside the state: whatever is targeted may refer to them.
  const isImplied = isProviderType(goal.type) || goal.type === STACK_TYPE;
  const isTargeted = ctx.targets.covers(goal.urn, goalReferences(goal)) || isImplied;
  if (!isTargeted && old === undefined) return { ...base, op: "skip", inputs: goal.inputs };
  refuseSkipped(ctx, goal, isTargeted);
  if (!isTargeted && old !== undefined) return { ...base, op: "same", old, inputs: old.inputs, keep: true };
  const ruled = async (inputs: PropertyMap) => (await ctx.policies?.enforce(goal, inputs)) ?? inputs;
  if (!goal.custom) {
    const inputs = await ruled(goal.inputs);
    if (old === undefined) return { ...base, op: "create", inputs };
    if (equalValues(old.inputs, inputs)) return { ...base, op: "same", old, inputs };
    return { ...base, op: "update", old, inputs, diff: inputDiff(old.inputs, inputs) };
  }
  if (goal.importId !== undefined && !isImported(old, goal.importId)) {
    return {
      ...base,
      ...(await decideImport(ctx, goal, instance, seed, goal.importId)),
      ...(old !== undefined && { old }),
    };
  }
  const decider: Decider = { instance, goal, randomSeed: seed };
  const fresh = async () => ruled(await check(decider, goal.inputs, undefined));
  if (old === undefined) return { ...base, op: "create", inputs: await fresh() };
  if (old.pendingReplacement || old.external) return { ...base, op: "recreate", old, inputs: await fresh() };

  const wanted = withIgnoredChanges(goal.inputs, old.inputs, goal.ignoreChanges);
  const inputs = await ruled(await check(decider, wanted, old.inputs));
  const found = withReplaceOnChanges(await diffAgainst(ctx, decider, old, inputs), goal.replaceOnChanges);
  const forced = found.replaces.length === 0 ? reasonsFromOutside(ctx, goal, old) : [];
  const diff = forced.length > 0 ? { ...found, replaces: forced } : found;
  if (diff.replaces.length === 0) {
    const changed = diff.changes === true || (old.initErrors?.length ?? 0) > 0;
    return changed ? { ...base, op: "update", old, inputs, diff } : { ...base, op: "same", old, inputs };
  }
  if (old.protect && goal.protect !== false) {
    throw new Error(
      `${old.urn} must be replaced (${diff.replaces.join(", ")}) but is protected; ` +
        "set protect to false in the program and run `up` first",
    );
  }
  if (goal.importId !== undefined) refuseToReplaceImported(ctx, goal, diff);
  const deleteFirst = goal.deleteBeforeReplace ?? diff.deleteBeforeReplace ?? false;
  const first = deleteFirst ? [...(await dependentsToReplace(ctx, old)), old] : [];
  return { ...base, op: "replace", old, inputs: await fresh(), diff, first };
}

async function decideImport(
  ctx: Context,
  goal: Goal,
  instance: ProviderInstance | undefined,
  randomSeed: Uint8Array,
  id: string,
): Promise<{ op: "import"; found: Found; inputs: PropertyMap }> {
  if (instance === undefined || !instance.configured) {
    throw new Error(`${goal.urn}: it cannot be imported while its provider's configuration is not known`);
  }
  const found = await findForImport(instance.provider, goal, id);
  const wanted = withIgnoredChanges(goal.inputs, found.inputs, goal.ignoreChanges);
  const checked = await check({ goal, instance, randomSeed }, wanted, found.inputs);
  const inputs = (await ctx.policies?.enforce(goal, checked)) ?? checked;
  const { urn, type, name, ignoreChanges } = goal;
  const sides = { oldInputs: found.inputs, oldOutputs: found.outputs, inputs };
  const answer = await instance.provider.diff({ urn, type, name, id: found.id, ignoreChanges, ...sides });
  const diff = answer.changes === undefined ? inputDiff(found.inputs, inputs) : answer;
  if (diff.changes === true) {
    const mismatch = importMismatch(goal, id, diff.diffs);
    if (!ctx.dryRun) throw mismatch;
    ctx.diagnose("warning", mismatch.message, urn);
  }
  return { op: "import", found, inputs };
}

/** What was merely read until now is not managed yet. */
function isImported(old: ResourceState | undefined, id: string): boolean {
  return old !== undefined && old.external !== true && (old.id === id || old.importID === id);
}

/** A replacement has another id than the one that the program names. Source: Pulumi's option `import`. */
function refuseToReplaceImported(ctx: Context, { urn, importId }: Goal, { replaces }: DiffResult): void {
  const message =
    `${urn} must be replaced (${replaces.join(", ")}), and would not be "${importId}" any more, which its option import ` +
    "names; remove that option from the program";
  if (!ctx.dryRun) throw new Error(message);
  ctx.diagnose("warning", message, urn);
}

/** Why something is replaced that has not changed itself: `--replace`, or one of two options. */
function reasonsFromOutside(
  ctx: Context,
  { urn, replaceWith = [], replacementTrigger }: Goal,
  old: ResourceState,
): string[] {
  if (!ctx.replaceTargets.isAll && ctx.replaceTargets.has(urn)) return ["id"];
  if (isTriggered(old.replacementTrigger, replacementTrigger)) return ["replacementTrigger"];
  return replaceWith.some((other) => ctx.replaced.has(other)) ? ["replaceWith"] : [];
}

/** What is not known yet counts as changed; a trigger that is new or gone asks for nothing. Source: Pulumi's `replacementTrigger`. */
function isTriggered(old: Value | undefined, trigger: Value | undefined): boolean {
  return old !== undefined && trigger !== undefined && !equalValues(old, trigger);
}

/** What is not targeted and not there cannot be referred to; an untargeted resource merely forgets a dependency on it. */
function refuseSkipped(ctx: Context, goal: Goal, isTargeted: boolean): void {
  if (ctx.skipped.size === 0) return;
  const strict = [
    goal.parent,
    goal.deletedWith,
    ...(goal.replaceWith ?? []),
    goal.provider && parseProviderRef(goal.provider).urn,
  ];
  const needed = isTargeted
    ? [...strict, ...goal.dependencies, ...Object.values(goal.propertyDependencies).flat()]
    : strict;
  const missing = needed.find((urn) => urn !== undefined && ctx.skipped.has(urn));
  if (missing === undefined) return;
  throw skippedReference(goal.urn, missing);
}

export function skippedReference(urn: string, missing: string): Error {
  return new Error(`${urn} refers to ${missing}, which does not exist and is not targeted; target that too`);
}

function goalReferences(goal: Goal): string[] {
  return [...goal.dependencies, ...(goal.parent === undefined ? [] : [goal.parent])];
}

/** The entry that a goal goes on from, under its own URN or a former one. */
export function findOld(ctx: Context, goal: Goal): ResourceState | undefined {
  const own = ctx.old.live.get(goal.urn);
  if (own !== undefined) return own;
  for (const urn of formerUrns(goal, goal.parent === undefined ? undefined : ctx.renamed.get(goal.parent))) {
    const found = ctx.old.live.get(urn);
    if (found !== undefined && !ctx.current.has(urn)) return found;
  }
  return undefined;
}
