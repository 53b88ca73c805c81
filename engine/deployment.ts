import { cpus } from "node:os";
import { Context } from "./context";
import { deleteAll, refuseProtected } from "./delete";
import { refuseUnknownDemands } from "./engine-config";
import { messageOf, StepFailedError, StoppedError } from "./errors";
import { importAll } from "./import-operation";
import type { OperationRequest, OperationResult } from "./operation";
import { runProgram } from "./program";
import { recoverPending, tellPostponed } from "./recover";
import { refreshAll } from "./refresh";
import type { ResourceState } from "./resource-state";
import { referencesOf } from "./state-list";
import { UnfinishedWork } from "./unfinished";
import { isProviderType, STACK_TYPE } from "./urn";

/** Provider calls at once when nobody says otherwise: most of the time a call waits for a server. */
export const DEFAULT_PARALLEL = 4 * cpus().length;

/**
 * Runs one operation on a stack: recovers, refreshes, runs the program, deletes what nobody declares any more. Rejects
 * only on faults of the engine itself.
 */
export async function runOperation(request: OperationRequest): Promise<OperationResult> {
  const ctx = new Context(request);
  const oldStack = request.snapshot.resources.find((state) => state.type === STACK_TYPE);
  const shown = [...request.config.values].map(([key, value]) => [
    key,
    request.config.secretKeys.has(key) ? "[secret]" : value,
  ]);
  ctx.emit({ kind: "prelude", config: Object.fromEntries(shown) });
  try {
    await carryOut(ctx);
    refuseMissed(ctx);
  } catch (error) {
    ctx.failed = true;
    if (!(error instanceof StepFailedError) && !(error instanceof StoppedError))
      ctx.diagnose("error", messageOf(error));
  }
  const policyPacks = await ctx.policies?.summary();
  await ctx.close();
  const cancelled = request.signal.aborted;
  const failed = ctx.failed || cancelled;
  const oldOutputs = oldStack?.outputs ?? {};
  ctx.emit({
    ...{
      kind: "summary",
      planning: ctx.dryRun,
      seconds: ctx.seconds,
      changes: ctx.changes,
      failed,
      cancelled,
      oldOutputs,
    },
    ...(policyPacks !== undefined && { policyPacks }),
    ...(ctx.outputs !== undefined && !failed && { outputs: ctx.outputs }),
  });
  return { changes: ctx.changes, failed, cancelled, outputs: ctx.outputs ?? oldOutputs };
}

/** A target that is no resource at all must not pass for done. */
function refuseMissed(ctx: Context): void {
  if (ctx.failed) return;
  for (const urn of [...ctx.targets.missed, ...ctx.replaceTargets.missed]) {
    ctx.failed = true;
    ctx.diagnose("error", `there is no resource ${urn} in this stack; \`groundwork stack\` lists them`);
  }
}

async function carryOut(ctx: Context): Promise<void> {
  const { kind, options } = ctx.request;
  if (options.runProgram === true && ctx.standsIn && !(await runBeside(ctx))) return;
  await recoverPending(ctx);
  if (kind === "refresh" || options.refresh) await refreshAll(ctx);
  if (ctx.stopping) return;
  switch (kind) {
    case "refresh":
      return;
    case "import":
      return importAll(ctx);
    case "destroy": {
      const doomed = targetedForDeletion(ctx);
      await remove(ctx, doomed);
      return tellKept(ctx, doomed);
    }
    case "preview":
    case "up": {
      refuseUnknownDemands(ctx.request.config);
      const unfinished = new UnfinishedWork();
      await ctx.startPolicies();
      const endedWell = await runProgram(ctx, unfinished);
      if (!endedWell) ctx.failed = true;
      // What a program did not get to declare must not be deleted.
      if (!endedWell || ctx.stopping) return;
      tellPostponed(ctx);
      await ctx.policies?.enforceStack();
      const violated = ctx.policies?.violated ?? false;
      if (!violated || ctx.dryRun) {
        const doomed = undeclared(ctx);
        await remove(ctx, doomed);
        if (!ctx.targets.isAll) await tellKept(ctx, doomed);
      }
      if (violated) ctx.failed = true;
      return;
    }
  }
}

/** Runs the program for what it says, and does nothing about what it declares; false when it did not end well. */
async function runBeside(ctx: Context): Promise<boolean> {
  const endedWell = await runProgram(ctx, new UnfinishedWork());
  if (!endedWell) ctx.failed = true;
  ctx.current.clear();
  ctx.skipped.clear();
  return endedWell && !ctx.stopping;
}

async function remove(ctx: Context, doomed: readonly ResourceState[]): Promise<void> {
  refuseProtected(ctx, doomed);
  ctx.constraint?.refuseMissing();
  for (const { urn, external, delete: replaced } of doomed) {
    const op = external === true ? "discard" : "delete";
    ctx.constraint?.allow(urn, [replaced === true ? `${op}-replaced` : op]);
  }
  if (ctx.stopping) return;
  await deleteAll(ctx, doomed, "delete");
}

/** Entries that the program did not register, and those that were replaced. */
function undeclared(ctx: Context): ResourceState[] {
  const unclaimed = [...ctx.old.live.values()].filter((state) => !ctx.current.has(state.urn));
  const gone = unclaimed.filter((state) => ctx.targets.has(state.urn));
  const needed = new Set<string>();
  const staying = unclaimed.filter((state) => !ctx.targets.has(state.urn));
  for (const state of [...staying, ...ctx.current.values()]) {
    for (const urn of referencesOf(state)) needed.add(urn);
  }
  // What is not targeted stays where it is, and so does the former provider that it has there.
  const used = new Set([...ctx.old.live.values(), ...ctx.current.values()].map((state) => state.provider));
  const replaced = [...ctx.old.condemned].filter(
    ({ urn, id }) => ctx.targets.isAll || !used.has(`${urn}::${id ?? ""}`),
  );
  return ctx.old.inOrder([...gone.filter((state) => !needed.has(state.urn)), ...replaced]);
}

/** What a destroy leaves, or targets leave out, is `same`. */
async function tellKept(ctx: Context, doomed: readonly ResourceState[]): Promise<void> {
  for (const state of ctx.old.live.values()) {
    if (doomed.includes(state) || ctx.current.has(state.urn)) continue;
    const { urn, type, provider = "" } = state;
    await ctx.step({ op: "same", urn, type, provider, old: state, new: state }, async () => ({}), { local: true });
  }
}

/** Some stay, and so does everything that they refer to. */
function without(all: readonly ResourceState[], stays: (state: ResourceState) => boolean): ResourceState[] {
  const kept = new Set<string>();
  for (const state of [...all].reverse()) {
    if (!stays(state) && !kept.has(state.urn)) continue;
    kept.add(state.urn);
    for (const urn of referencesOf(state)) kept.add(urn);
  }
  return all.filter((state) => !kept.has(state.urn));
}

/** What `destroy` deletes; with targets, never something that an untargeted resource depends on. */
function targetedForDeletion(ctx: Context): ResourceState[] {
  const everything = ctx.old.inOrder([...ctx.old.live.values(), ...ctx.old.condemned]);
  const { excludeProtected = false } = ctx.request.options;
  const covered = new Set(everything.filter((state) => ctx.targets.covers(state.urn, referencesOf(state))));
  const stays = (state: ResourceState): boolean =>
    (excludeProtected && state.protect === true) || (ctx.targets.excludesSome && !covered.has(state));
  const all = without(everything, stays);
  if (ctx.targets.isAll || ctx.targets.excludesSome) return all;
  const doomed = all.filter((state) => covered.has(state) && state.type !== STACK_TYPE && !isProviderType(state.type));
  const urns = new Set(doomed.map((state) => state.urn));
  for (const state of all) {
    if (urns.has(state.urn)) continue;
    const needs = [...referencesOf(state)].find((urn) => urns.has(urn));
    if (needs !== undefined) {
      throw new Error(
        `${needs} cannot be deleted alone: ${state.urn} depends on it and is not targeted; target it too`,
      );
    }
  }
  return doomed;
}
