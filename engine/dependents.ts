import { UNKNOWN } from "../providers/base/values";
import type { Context } from "./context";
import type { ResourceState } from "./resource-state";
import { referencesOf } from "./state-list";
import { isProviderType } from "./urn";

/**
 * What has to go before `root` when that is deleted ahead of its replacement: dependents, direct or through others,
 * whose own diff would replace them once what they take from a deleted resource is not known, and what is deleted with
 * it anyhow. Last dependent first. Source: Pulumi's rule for delete-before-replace.
 */
export async function dependentsToReplace(ctx: Context, root: ResourceState): Promise<ResourceState[]> {
  const doomed = new Set([root.urn]);
  const found: ResourceState[] = [];
  for (const state of ctx.old.live.values()) {
    if (state === root || state.pendingReplacement || ctx.decided.has(state.urn)) continue;
    if (![...referencesOf(state)].some((urn) => doomed.has(urn))) continue;
    const reasons = await reasonsToReplace(ctx, state, doomed);
    if (reasons === undefined) continue;
    if (state.protect) {
      throw new Error(
        `${root.urn} is deleted before it is replaced, and so would be ${state.urn}, which is protected; ` +
          "remove the protection in the program and run `up` first",
      );
    }
    doomed.add(state.urn);
    ctx.replacedBy.set(state.urn, reasons);
    found.push(state);
  }
  return found.reverse();
}

/** The inputs that force it, which may be none; undefined: it stays. */
async function reasonsToReplace(
  ctx: Context,
  state: ResourceState,
  doomed: ReadonlySet<string>,
): Promise<readonly string[] | undefined> {
  const provider = state.provider;
  if (provider !== undefined && doomed.has(provider.slice(0, provider.lastIndexOf("::")))) return [];
  if (!state.custom || isProviderType(state.type) || provider === undefined || state.external) return undefined;
  if (state.deletedWith !== undefined && doomed.has(state.deletedWith)) return [];
  const changed = Object.entries(state.propertyDependencies).filter(([, urns]) => urns.some((urn) => doomed.has(urn)));
  if (changed.length === 0) return undefined;
  const instance = await ctx.providers.instance(provider);
  if (!instance.configured) return changed.map(([key]) => key);
  const inputs = { ...state.inputs, ...Object.fromEntries(changed.map(([key]) => [key, UNKNOWN])) };
  const diff = await instance.provider.diff({
    urn: state.urn,
    type: state.type,
    name: state.urn.slice(state.urn.lastIndexOf("::") + 2),
    id: state.id ?? "",
    oldInputs: state.inputs,
    oldOutputs: state.outputs,
    inputs,
  });
  return diff.replaces.length > 0 ? diff.replaces : undefined;
}
