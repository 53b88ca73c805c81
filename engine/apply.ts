import { isDeepStrictEqual } from "node:util";
import { containsSecret, equalValues } from "../providers/base/values";
import type { Found } from "./import";
import { create, update } from "./mutate";
import type { ResourceState } from "./resource-state";
import { mapReferences } from "./state-list";
import { configureProvider, describe, entryOf, inPlace, renames } from "./work";
import type { Work } from "./work";

/** Carries out a decision: calls the provider, tells the recorder before and after, and returns the new entry. */
export async function apply(work: Work): Promise<ResourceState> {
  const { ctx, goal, decision } = work;
  switch (decision.op) {
    case "skip":
      ctx.skipped.add(goal.urn);
      return entryOf(work, { inputs: decision.inputs, outputs: {}, touched: false });
    case "same":
      return same(work, decision.old, decision.keep === true);
    case "create":
      return create(work, "create", (put) => [{ put }]);
    case "update":
      return update(work, decision.old);
    case "recreate":
      if (decision.old.external) return beside(work, decision.old);
      await announceReplacement(work, decision.old);
      return inPlaceOf(work, ctx.old.latest(decision.old));
    case "import":
      return takeOver(work, decision.found, decision.old);
    case "replace":
      if (decision.first.length === 0) return beside(work, decision.old);
      await announceReplacement(work, decision.old);
      return inPlaceOf(work, ctx.old.live.get(decision.old.urn) ?? decision.old);
  }
}

async function takeOver(work: Work, { id, outputs }: Found, old: ResourceState | undefined): Promise<ResourceState> {
  const { ctx, decision } = work;
  const state = entryOf(work, { id, inputs: decision.inputs, outputs, touched: true });
  const op = old === undefined ? "import" : "import-replacement";
  await ctx.step(
    { ...describe(work, op, state), ...(old !== undefined && { old }) },
    async () => {
      const condemned = old === undefined ? [] : [{ put: ctx.old.condemn(old), replacing: old }, ...renames(work, old)];
      await ctx.recorder.change({ put: state }, ...condemned);
      return {};
    },
    { local: true },
  );
  if (old !== undefined) await announceReplacement(work, old, state);
  return state;
}

/** Creates a replacement while what it replaces is still there, and goes later. */
async function beside(work: Work, old: ResourceState): Promise<ResourceState> {
  const state = await create(work, "create-replacement", (put) => [
    ...[{ put }, { put: work.ctx.old.condemn(old), replacing: old }],
    ...renames(work, old),
  ]);
  await announceReplacement(work, old, state);
  return state;
}

/** Creates what takes the place of an entry whose object is gone. */
async function inPlaceOf(work: Work, gone: ResourceState): Promise<ResourceState> {
  return create(work, "create-replacement", (put) => inPlace(work, gone, put));
}

async function announceReplacement(work: Work, old: ResourceState, made?: ResourceState): Promise<void> {
  const state = made ?? entryOf(work, { inputs: work.decision.inputs, outputs: {}, touched: true });
  const replaced = { ...old, ...(made === undefined ? { pendingReplacement: true } : { delete: true }) };
  await work.ctx.step({ ...describe(work, "replace", state), old: replaced }, async () => ({}), { local: true });
}

async function same(work: Work, old: ResourceState, keep: boolean): Promise<ResourceState> {
  const { ctx } = work;
  const candidate = keep ? kept(work, old) : unchanged(work, old);
  const state = isSameState(old, candidate) ? old : candidate;
  await ctx.step(
    { ...describe(work, "same", state), old },
    async () => {
      await configureProvider(work, state);
      const changes = state === old ? [] : inPlace(work, old, state);
      // What is not targeted is still what it was, and goes on following what it refers to.
      if (keep) ctx.old.replaceLive(old, state);
      if (changes.length > 0) await ctx.recorder.change(...changes);
      return {};
    },
    { local: true },
  );
  return state;
}

function unchanged(work: Work, old: ResourceState): ResourceState {
  const { inputs } = work.decision;
  const isKept = equalValues(old.inputs, inputs) && containsSecret(old.inputs) === containsSecret(inputs);
  return entryOf(work, {
    ...(old.id !== undefined && { id: old.id }),
    ...{ inputs: isKept ? old.inputs : inputs, outputs: old.outputs, old, touched: false },
    ...(old.initErrors !== undefined && { initErrors: old.initErrors }),
  });
}

/** What it goes with is where it is, whatever the program says by now. */
function kept({ ctx, goal }: Work, old: ResourceState): ResourceState {
  const { urn, parent, dependencies, propertyDependencies } = goal;
  const { parent: _parent, ...rest } = ctx.old.latest(old);
  const named = { ...rest, dependencies, propertyDependencies, urn, ...(parent !== undefined && { parent }) };
  return mapReferences(named, (other) => (ctx.skipped.has(other) ? undefined : other));
}

function isSameState(a: ResourceState, b: ResourceState): boolean {
  const { inputs: inputsA, outputs: outputsA, ...restA } = a;
  const { inputs: inputsB, outputs: outputsB, ...restB } = b;
  if (inputsA !== inputsB || !isDeepStrictEqual(restA, restB)) return false;
  if (outputsA === outputsB) return true;
  return equalValues(outputsA, outputsB) && containsSecret(outputsA) === containsSecret(outputsB);
}
