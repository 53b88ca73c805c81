import type { Context } from "./context";
import { messageOf } from "./errors";
import type { PendingOperation, ResourceState } from "./resource-state";
import { urnName } from "./urn";

/**
 * Resolves what an interrupted run left open. A creation that our own journal recorded and whose id follows from its
 * inputs is read: the object goes into the state when it is there, so that it is neither lost nor made twice. One that
 * leaves nothing outside the state is forgotten. Anything else that was being created stays pending, with a word on
 * what to do. Updates and deletions are decided again from the state as it is.
 */
export async function recoverPending(ctx: Context): Promise<void> {
  for (const operation of [...ctx.old.pending]) {
    if (operation.type !== "creating" || (await recoverCreation(ctx, operation))) {
      ctx.old.pending = ctx.old.pending.filter((other) => other !== operation);
      await ctx.recorder.resolved(operation);
    }
  }
}

async function recoverCreation(ctx: Context, operation: PendingOperation): Promise<boolean> {
  const state = operation.resource;
  const request = { urn: state.urn, type: state.type, name: urnName(state.urn), inputs: state.inputs };
  if (state.provider === undefined) return true;
  try {
    const instance = await ctx.providers.instance(state.provider);
    const identity = instance.provider.identify(request);
    if (identity.kind === "local") return true;
    if (identity.kind === "id" && operation.journaled) {
      const read = await instance.provider.read({ ...request, id: identity.id, outputs: {} });
      if (read !== undefined) await adopt(ctx, { ...state, id: read.id, outputs: read.outputs });
      return true;
    }
  } catch (error) {
    throw ctx.fail(
      state.urn,
      new Error(`reading back an interrupted creation failed: ${messageOf(error)}`, { cause: error }),
    );
  }
  ctx.diagnose(
    "warning",
    `the last run was interrupted while it created this resource, and nobody knows whether it exists; look for it, ` +
      "then import or delete it, and remove the pending operation with `groundwork stack export`, an editor and `pulumi stack import`",
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
