import { randomUUID } from "node:crypto";
import { InitError } from "../providers/base/provider";
import type { PropertyMap } from "../providers/base/values";
import type { HookFacts, HookKind } from "./hooks";
import type { ResourceState, StateChange } from "./resource-state";
import { TimeoutError, withTimeout } from "./timeout";
import { configureProvider, describe, entryOf, inPlace, isLocal } from "./work";
import type { Work } from "./work";

/**
 * Creates what the goal declares. The recorder is told before the provider is called and after.
 *
 * @param changes what that does to the list
 */
export async function create(
  work: Work,
  op: "create" | "create-replacement",
  changes: (put: ResourceState) => StateChange[],
): Promise<ResourceState> {
  const { ctx, goal, decision } = work;
  const { inputs } = decision;
  const intended = entryOf(work, { inputs, outputs: {}, touched: true });
  const old = decision.op === "replace" || decision.op === "recreate" ? decision.old : undefined;
  let state = intended;
  const carryOut = async (): Promise<void> => {
    if (isLocal(work)) {
      state = localEntry(work);
      await configureProvider(work, state);
      await ctx.recorder.change(...changes(state));
      return;
    }
    const ticket = await ctx.recorder.begin("creating", intended);
    try {
      const attempted = { ...asked(work, "create"), newInputs: inputs };
      const make = () => withTimeout(callCreate(work), goal.customTimeouts?.create);
      const made = await ctx.errorHooks.retry(attempted, make);
      state = entryOf(work, { ...(made.id !== "" && { id: made.id }), inputs, outputs: made.outputs, touched: true });
    } catch (error) {
      // Left open: what may yet come into being is looked for by the next run.
      if (error instanceof TimeoutError) throw error;
      const partial = error instanceof InitError ? partOf(work, error) : undefined;
      await ctx.recorder.end(ticket, ...(partial === undefined ? [] : changes(partial)));
      throw error;
    }
    await ctx.recorder.end(ticket, ...changes(state));
  };
  await ctx.step(
    { ...describe(work, op, intended), ...(old !== undefined && { old }) },
    async () => {
      await hook(work, "beforeCreate", { newInputs: inputs });
      await carryOut();
      await hook(work, "afterCreate", { id: state.id, newInputs: inputs, newOutputs: state.outputs });
      return { new: state };
    },
    { local: isLocal(work) },
  );
  return state;
}

/** Changes the object of an entry, in the same way. */
export async function update(work: Work, old: ResourceState): Promise<ResourceState> {
  const { ctx, goal, instance, decision } = work;
  const { inputs } = decision;
  const base = { ...(old.id !== undefined && { id: old.id }), inputs, old, touched: true };
  let state = entryOf(work, { ...base, outputs: old.outputs });
  const before = { id: old.id, oldInputs: old.inputs, oldOutputs: old.outputs, newInputs: inputs };
  const carryOut = async (): Promise<"done" | "unknown"> => {
    if (isLocal(work)) {
      state = entryOf(work, { ...base, outputs: goal.custom ? withoutInternal(inputs) : old.outputs });
      await configureProvider(work, state);
      await ctx.recorder.change(...inPlace(work, old, state));
      return "done";
    }
    if (instance === undefined || !instance.configured) return "unknown";
    const ticket = await ctx.recorder.begin("updating", state);
    try {
      const call = {
        ...{ ...requestOf(work, "update"), id: old.id ?? "", oldInputs: old.inputs, oldOutputs: old.outputs },
        ...{ inputs, ignoreChanges: goal.ignoreChanges, preview: ctx.dryRun },
      };
      const change = () => withTimeout(instance.provider.update(call), goal.customTimeouts?.update);
      const { outputs } = await ctx.errorHooks.retry({ ...asked(work, "update"), ...before }, change);
      state = entryOf(work, { ...base, outputs });
    } catch (error) {
      const partial = error instanceof InitError ? partOf(work, error, old) : undefined;
      await ctx.recorder.end(ticket, ...(partial === undefined ? [] : inPlace(work, old, partial)));
      throw error;
    }
    await ctx.recorder.end(ticket, ...inPlace(work, old, state));
    return "done";
  };
  await ctx.step(
    { ...describe(work, "update", state), old },
    async () => {
      await hook(work, "beforeUpdate", before);
      if ((await carryOut()) === "done") await hook(work, "afterUpdate", { ...before, newOutputs: state.outputs });
      return { new: state };
    },
    { local: isLocal(work) },
  );
  return state;
}

/** A component, or a provider, whose outputs are its configuration. */
function localEntry(work: Work): ResourceState {
  const { ctx, goal, decision } = work;
  const { inputs } = decision;
  return entryOf(work, {
    ...(goal.custom && !ctx.dryRun && { id: randomUUID() }),
    ...{ inputs, outputs: goal.custom ? withoutInternal(inputs) : {}, touched: true },
  });
}

async function callCreate(work: Work): Promise<{ id: string; outputs: PropertyMap }> {
  const { ctx, instance, decision } = work;
  const { inputs } = decision;
  if (instance === undefined || !instance.configured) return { id: "", outputs: inputs };
  return instance.provider.create({ ...requestOf(work, "create"), inputs, preview: ctx.dryRun });
}

/** What a provider has made although it then failed. */
function partOf(work: Work, error: InitError, old?: ResourceState): ResourceState {
  const { inputs } = work.decision;
  const facts = { id: error.id, inputs, outputs: error.outputs, initErrors: error.reasons, touched: true };
  return entryOf(work, { ...facts, ...(old !== undefined && { old }) });
}

function requestOf({ goal }: Work, kind: "create" | "update") {
  const { urn, type, name, customTimeouts } = goal;
  const timeoutSeconds = customTimeouts?.[kind];
  return { urn, type, name, ...(timeoutSeconds !== undefined && { timeoutSeconds }) };
}

function asked({ goal }: Work, operation: "create" | "update") {
  const { urn, type, hooks: names } = goal;
  return { urn, type, names, operation };
}

async function hook({ ctx, goal }: Work, kind: HookKind, facts: Omit<HookFacts, "urn" | "type">): Promise<void> {
  const { urn, type, hooks } = goal;
  await ctx.hooks.run(hooks, kind, { urn, type, ...facts });
}

function withoutInternal({ __internal: _internal, ...config }: PropertyMap): PropertyMap {
  return config;
}
