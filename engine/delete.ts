import type { ResourceProvider } from "../providers/base/provider";
import type { Context } from "./context";
import { messageOf, StepFailedError, StoppedError } from "./errors";
import type { StepOp } from "./events";
import type { HookKind } from "./hooks";
import type { ResourceState, StateChange } from "./resource-state";
import { referencesOf } from "./state-list";
import { withTimeout } from "./timeout";
import { isDefaultProvider, isProviderType, parseProviderRef, urnName } from "./urn";

/**
 * Deletes entries, given in state order: each after everything that refers to it, independent ones at once. What a
 * failed deletion depends on stays. Rejects with StepFailedError when anything is left.
 *
 * @param change what a deletion does to the list, asked for once it is done; by default the entry is dropped
 */
export async function deleteAll(
  ctx: Context,
  doomed: readonly ResourceState[],
  defaultOp: "delete" | "delete-replaced",
  change: (state: ResourceState) => StateChange = (state) => ({ remove: state }),
): Promise<void> {
  const referrers = new Map<string, Promise<boolean>[]>();
  const tasks: Promise<boolean>[] = [];
  for (const state of [...doomed].reverse()) {
    const waitFor = referrers.get(state.urn) ?? [];
    const task = Promise.all(waitFor).then(async (gone) => {
      if (!gone.every(Boolean)) return false;
      try {
        await deleteOne(ctx, state, state.delete ? "delete-replaced" : defaultOp, doomed, () => change(state));
        return true;
      } catch (error) {
        if (error instanceof StepFailedError || error instanceof StoppedError) return false;
        throw error;
      }
    });
    tasks.push(task);
    for (const urn of referencesOf(state)) {
      const list = referrers.get(urn);
      if (list === undefined) referrers.set(urn, [task]);
      else list.push(task);
    }
  }
  const gone = await Promise.all(tasks);
  if (!gone.every(Boolean)) throw new StoppedError();
}

async function deleteOne(
  ctx: Context,
  state: ResourceState,
  op: "delete" | "delete-replaced",
  doomed: readonly ResourceState[],
  change: () => StateChange,
): Promise<void> {
  const needsCall = await isProvidersBusiness(ctx, state, doomed);
  const stepOp: StepOp = !state.external ? op : op === "delete" ? "discard" : "discard-replaced";
  const step = { op: stepOp, urn: state.urn, type: state.type, provider: state.provider ?? "", old: state };
  await ctx.step(
    step,
    async () => {
      const { urn, type, id, inputs: oldInputs, outputs: oldOutputs } = state;
      const hook = (kind: HookKind) =>
        ctx.hooks.run(state.resourceHooks, kind, { urn, type, id, oldInputs, oldOutputs });
      ctx.hooks.refuseMissing(state.resourceHooks, "beforeDelete", "afterDelete");
      await hook("beforeDelete");
      if (!needsCall || ctx.dryRun) {
        await ctx.recorder.change(change());
        await hook("afterDelete");
        return {};
      }
      const { provider } = await ctx.providers.instance(state.provider ?? "");
      const ticket = await ctx.recorder.begin("deleting", state);
      try {
        const timeoutSeconds = state.customTimeouts?.delete;
        const request = {
          ...{ urn, type, name: urnName(urn), id: id ?? "", inputs: oldInputs, outputs: oldOutputs },
          ...(timeoutSeconds !== undefined && { timeoutSeconds }),
        };
        const attempted = {
          operation: "delete",
          names: state.resourceHooks,
          urn,
          type,
          id,
          oldInputs,
          oldOutputs,
        } as const;
        const left = await ctx.errorHooks.retry(attempted, () => withTimeout(provider.delete(request), timeoutSeconds));
        for (const note of left ?? []) ctx.diagnose("warning", note, state.urn);
      } catch (error) {
        if (!(await isGone(provider, state))) {
          await ctx.recorder.end(ticket);
          throw error;
        }
        ctx.diagnose("warning", `it was gone already (${messageOf(error)})`, state.urn);
      }
      await ctx.recorder.end(ticket, change());
      await hook("afterDelete");
      return {};
    },
    { local: !needsCall },
  );
}

/** A deletion that fails because its object is not there any more must not fail every later run. */
async function isGone(
  provider: ResourceProvider,
  { urn, type, id = "", inputs, outputs }: ResourceState,
): Promise<boolean> {
  try {
    return (await provider.read({ urn, type, name: urnName(urn), id, inputs, outputs })) === undefined;
  } catch {
    return false;
  }
}

/** Whether an object has to be deleted at all, or only its entry. */
async function isProvidersBusiness(
  ctx: Context,
  state: ResourceState,
  doomed: readonly ResourceState[],
): Promise<boolean> {
  if (!state.custom || isProviderType(state.type) || state.provider === undefined) return false;
  if (state.external || state.retainOnDelete || state.pendingReplacement) return false;
  if (await goesWithAnother(ctx, state, doomed)) return false;
  // What is physically the same object under another entry (a Grant made again under its old id, a resource that was
  // renamed without an alias) must survive its predecessor.
  const successor = state.delete ? (ctx.current.get(state.urn) ?? ctx.old.live.get(state.urn)) : undefined;
  const owner = ctx.identities.get(identityKey(state.provider, state.type, state.id ?? ""));
  const isTakenOver = owner !== undefined && owner !== state.urn && ctx.current.has(owner);
  const isSame = successor?.id === state.id && sharePlace(successor?.provider ?? "", state.provider);
  if (!isTakenOver && !isSame) return true;
  const { provider } = await ctx.providers.instance(state.provider);
  const request = { urn: state.urn, type: state.type, name: urnName(state.urn), inputs: state.inputs };
  return provider.identify(request).kind !== "id";
}

/**
 * Whether what the option deletedWith names takes the object down: that of the same generation, and only when it is
 * really deleted, not kept, forgotten or taken over by another entry.
 */
async function goesWithAnother(
  ctx: Context,
  { deletedWith, delete: isReplaced = false }: ResourceState,
  doomed: readonly ResourceState[],
): Promise<boolean> {
  if (deletedWith === undefined) return false;
  const host = doomed.find((state) => state.urn === deletedWith && (state.delete ?? false) === isReplaced);
  if (host === undefined) return false;
  if (!host.custom || host.pendingReplacement) return true;
  return (await isProvidersBusiness(ctx, host, doomed)) || goesWithAnother(ctx, host, doomed);
}

/** The default providers of two versions of a package are configured alike; any other two may be different servers. */
function sharePlace(a: string, b: string): boolean {
  if (a === b) return true;
  const [one, two] = [parseProviderRef(a).urn, parseProviderRef(b).urn];
  return one !== two && isDefaultProvider(one) && isDefaultProvider(two);
}

/** Names a physical object: by provider reference, type and id. */
export function identityKey(provider: string, type: string, id: string): string {
  return `${provider} ${type} ${id}`;
}

/** Names every protected entry among those that are about to be deleted; nothing is deleted then. */
export function refuseProtected(ctx: Context, doomed: readonly ResourceState[]): void {
  for (const state of doomed) {
    if (!state.protect) continue;
    ctx.fail(
      state.urn,
      new Error(
        `resource ${state.urn} cannot be deleted because it is protected; ` +
          "keep it, or set protect to false in the program and run `up`; " +
          `one that no program declares any more is released by \`groundwork state unprotect ${state.urn}\``,
      ),
    );
  }
}
