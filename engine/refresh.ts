import { equalValues } from "../providers/base/values";
import type { Context } from "./context";
import { detailedInputDiff, invertDiff } from "./diff";
import { StepFailedError, StoppedError } from "./errors";
import type { StepInfo } from "./events";
import type { ResourceState } from "./resource-state";
import { mapReferences, referencesOf } from "./state-list";
import { markSecretOutputs } from "./state-of";
import { withTimeout } from "./timeout";
import { isProviderType, urnName } from "./urn";

/**
 * Reads every object that the state knows and brings the state up to date: the first half of `up --refresh`, and the
 * whole of `refresh`. A resource that cannot be read is reported and stays as it was; all others are read all the same.
 */
export async function refreshAll(ctx: Context): Promise<void> {
  const vanished = new Set<string>();
  ctx.keepGoing = true;
  const targeted = [...ctx.old.live.values()].filter((state) => ctx.targets.covers(state.urn, referencesOf(state)));
  const reads = targeted.map(async (state) => {
    try {
      if ((await refreshOne(ctx, state)) === "vanished") vanished.add(state.urn);
    } catch (error) {
      if (!(error instanceof StepFailedError) && !(error instanceof StoppedError)) throw error;
    }
  });
  await Promise.all(reads);
  ctx.keepGoing = false;
  if (ctx.failed) {
    ctx.diagnose(
      "warning",
      "providers read with the configuration of the last update; where an address or a password has changed since, " +
        "run `groundwork up` without --refresh first",
    );
  }
  await forget(ctx, vanished);
}

/** Drops entries whose objects are gone, and what refers to them. */
export async function forget(ctx: Context, vanished: ReadonlySet<string>): Promise<void> {
  if (vanished.size === 0) return;
  const dropped = [...vanished].flatMap((urn) => ctx.old.live.get(urn) ?? []);
  for (const urn of vanished) ctx.old.live.delete(urn);
  const rewritten = ctx.old.rewrite(
    () => true,
    (state) => mapReferences(state, (urn) => (vanished.has(urn) ? undefined : urn)),
  );
  await ctx.recorder.change(...dropped.map((remove) => ({ remove })), ...rewritten);
}

async function refreshOne(ctx: Context, old: ResourceState): Promise<"kept" | "vanished"> {
  const step = { op: "refresh", urn: old.urn, type: old.type, provider: old.provider ?? "", old, new: old } as const;
  if (!old.custom || isProviderType(old.type) || old.provider === undefined || old.pendingReplacement) {
    await ctx.step(step, async () => told(ctx, { ...step, refreshOp: "same" }), { local: true });
    return "kept";
  }
  const ref = old.provider;
  let found: StepInfo = { ...step, refreshOp: "same" };
  await ctx.step(step, async () => {
    found = await readBack(ctx, old, ref);
    return told(ctx, found);
  });
  return found.refreshOp === "delete" ? "vanished" : "kept";
}

/** In `refresh` itself the findings are what is counted; elsewhere the steps that follow from them. */
function told(ctx: Context, step: StepInfo): StepInfo {
  if (ctx.request.kind === "refresh" && step.refreshOp !== undefined) ctx.count(step.refreshOp, step.urn);
  return step;
}

/** Reads one object; when it is other than the entry says, the entry follows. */
export async function readBack(ctx: Context, old: ResourceState, providerRef: string): Promise<StepInfo> {
  const { provider } = await ctx.providers.instance(providerRef);
  const request = { urn: old.urn, type: old.type, name: urnName(old.urn), id: old.id ?? "" };
  const reading = provider.read({ ...request, inputs: old.inputs, outputs: old.outputs });
  const read = await withTimeout(reading, old.customTimeouts?.read);
  const base = { op: "refresh", urn: old.urn, type: old.type, provider: providerRef, old } as const;
  if (read === undefined) return { ...base, refreshOp: "delete" };
  const { initErrors: _cleared, ...rest } = old;
  const outputs = markSecretOutputs(read.outputs, read.inputs, old.additionalSecretOutputs);
  const inputs = old.external ? old.inputs : read.inputs;
  const unchanged = equalValues(old.inputs, inputs) && equalValues(old.outputs, outputs);
  if (unchanged && old.initErrors === undefined) return { ...base, new: old, refreshOp: "same" };
  const state: ResourceState = unchanged
    ? { ...rest }
    : { ...rest, id: read.id, inputs, outputs, modified: new Date().toISOString() };
  ctx.old.replaceLive(old, state);
  await ctx.recorder.change({ put: state, replacing: old });
  const answer = await provider.diff({
    ...{ ...request, oldInputs: inputs, oldOutputs: outputs, inputs: old.inputs },
    ...(old.ignoreChanges !== undefined && { ignoreChanges: old.ignoreChanges }),
  });
  const diff = invertDiff(answer);
  const changed = answer.changes ?? !equalValues(old.outputs, outputs);
  if (!changed) return { ...base, new: state, refreshOp: "same" };
  const detailedDiff = diff.detailedDiff ?? detailedInputDiff(old.outputs, outputs);
  return { ...base, new: state, refreshOp: "update", diffReasons: diff.diffs, detailedDiff };
}
