import type { Context } from "./context";
import { containsUnknown } from "../providers/base/values";
import type { PropertyMap } from "../providers/base/values";
import { messageOf } from "./errors";
import type { Goal } from "./goal";
import type { ProviderInstance } from "./provider-host";
import type { PendingOperation, ResourceState } from "./resource-state";
import { forget, readBack } from "./refresh";
import { urnName } from "./urn";

/**
 * Resolves what an interrupted run left open. A creation that our own journal recorded and whose id follows from its
 * inputs is read: the object goes into the state when it is there, so that it is neither lost nor made twice. One that
 * leaves nothing outside the state is forgotten. Anything else that was being created stays pending, with a word on
 * what to do. What was being updated or deleted is read, so that later decisions start from what it is by now.
 *
 * The state may name an address or a password that is wrong, which is why the run was interrupted: what cannot be read
 * waits for the program, where there is one, to say how it is reached (`recoverPostponed`).
 */
export async function recoverPending(ctx: Context): Promise<void> {
  const { kind } = ctx.request;
  for (const operation of [...ctx.old.pending]) {
    const { urn, provider, inputs } = operation.resource;
    try {
      if (provider !== undefined) {
        const instance = await ctx.providers.instance(provider);
        if (!(await recoverOne(ctx, operation, instance, inputs))) continue;
      }
      await resolve(ctx, operation);
    } catch (error) {
      if (kind !== "up" && kind !== "preview") throw ctx.fail(urn, unreadable(error));
      ctx.postponed.set(urn, { operation, error });
    }
  }
}

/** Reads what could not be read before, with the provider that the program declares and where it says that it is. */
export async function recoverPostponed(
  ctx: Context,
  goal: Goal,
  instance: ProviderInstance | undefined,
): Promise<void> {
  const { operation } = ctx.postponed.get(goal.urn) ?? {};
  if (operation === undefined || instance?.configured !== true) return;
  ctx.postponed.delete(goal.urn);
  const { urn, type, inputs } = operation.resource;
  const idOf = (each: PropertyMap): string | undefined => {
    const identity = instance.provider.identify({ urn, type, name: goal.name, inputs: each });
    return identity.kind === "id" ? identity.id : undefined;
  };
  const isSame = !containsUnknown(goal.inputs) && idOf(goal.inputs) === idOf(inputs);
  try {
    if (await recoverOne(ctx, operation, instance, isSame ? goal.inputs : inputs)) await resolve(ctx, operation);
  } catch (error) {
    throw unreadable(error);
  }
}

/** After the program: what it does not declare any more and cannot be read stays pending. */
export function tellPostponed(ctx: Context): void {
  for (const [urn, { error }] of ctx.postponed) {
    ctx.diagnose("warning", `${unreadable(error).message}; it stays pending, and the next run tries again`, urn);
  }
}

function unreadable(error: unknown): Error {
  return new Error(`reading back what an interrupted run worked on failed: ${messageOf(error)}`, { cause: error });
}

async function resolve(ctx: Context, operation: PendingOperation): Promise<void> {
  ctx.old.pending = ctx.old.pending.filter((other) => other !== operation);
  await ctx.recorder.resolved(operation);
}

/** False when the operation stays pending. `inputs` say where the object is. */
async function recoverOne(
  ctx: Context,
  operation: PendingOperation,
  instance: ProviderInstance,
  inputs: PropertyMap,
): Promise<boolean> {
  switch (operation.type) {
    case "creating":
      return recoverCreation(ctx, operation, instance, inputs);
    case "updating":
    case "deleting":
      await followObject(ctx, operation.resource);
      return true;
    case "reading":
    case "importing":
      return true;
  }
}

/** What waits for its deletion is deleted again, whether or not it is still there. */
async function followObject(ctx: Context, { urn, type, id, provider }: ResourceState): Promise<void> {
  const isIt = (state: ResourceState): boolean => state.type === type && state.id === id && state.provider === provider;
  const named = ctx.old.live.get(urn);
  const entry = named !== undefined && isIt(named) ? named : [...ctx.old.live.values()].find(isIt);
  if (entry?.provider === undefined || entry.pendingReplacement === true) return;
  const { refreshOp } = await readBack(ctx, entry, entry.provider);
  if (refreshOp === "delete") await forget(ctx, new Set([entry.urn]));
}

/** False when nobody can tell what became of it. `inputs` say where the object is. */
async function recoverCreation(
  ctx: Context,
  operation: PendingOperation,
  { provider }: ProviderInstance,
  inputs: PropertyMap,
): Promise<boolean> {
  const state = operation.resource;
  const request = { urn: state.urn, type: state.type, name: urnName(state.urn), inputs };
  const identity = provider.identify(request);
  if (identity.kind === "local") return true;
  if (identity.kind === "id" && operation.journaled) {
    const read = await provider.read({ ...request, id: identity.id, outputs: {} });
    if (read !== undefined) await adopt(ctx, { ...state, id: read.id, inputs: read.inputs, outputs: read.outputs });
    return true;
  }
  if (ctx.request.options.clearPendingCreates === true) {
    ctx.diagnose("info", "what became of its interrupted creation is not known; that is forgotten", state.urn);
    return true;
  }
  ctx.diagnose(
    "warning",
    `the last run was interrupted while it created this resource, and nobody knows whether it exists; look for it, ` +
      "then import or delete it, and forget the pending operation by `groundwork refresh --clear-pending-creates`",
    state.urn,
  );
  return false;
}

async function adopt(ctx: Context, found: ResourceState): Promise<void> {
  const before = ctx.old.live.get(found.urn);
  ctx.diagnose("info", "found what an interrupted run had created; it goes on from there", found.urn);
  if (before === undefined) {
    ctx.old.add(found);
    await ctx.recorder.change({ put: found });
  } else if (before.id === found.id || before.pendingReplacement) {
    ctx.old.replaceLive(before, found);
    await ctx.recorder.change({ put: found, replacing: before });
  } else {
    const condemned = ctx.old.condemn(before);
    ctx.old.add(found);
    await ctx.recorder.change({ put: found }, { put: condemned, replacing: before });
  }
}
