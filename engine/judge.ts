import type { DiffResult } from "../providers/base/provider";
import { equalValues } from "../providers/base/values";
import type { PropertyMap } from "../providers/base/values";
import type { Context } from "./context";
import { inputDiff, NO_CHANGES } from "./diff";
import type { Goal } from "./goal";
import { requestOf } from "./packages";
import { providerConfig } from "./provider-host";
import type { ProviderInstance } from "./provider-host";
import type { ResourceState } from "./resource-state";
import { isDefaultProvider, isProviderType, packageOf, parseProviderRef } from "./urn";

/** The provider as decisions use it; provider resources themselves answer through `checkConfig` and `diffConfig`. */
export interface Decider {
  readonly instance: ProviderInstance | undefined;
  readonly goal: Goal;
  readonly randomSeed: Uint8Array;
}

/** The inputs as the provider completes them; throws what it finds wrong with them. */
export async function check(
  decider: Decider,
  inputs: PropertyMap,
  oldInputs: PropertyMap | undefined,
): Promise<PropertyMap> {
  const { goal, instance, randomSeed } = decider;
  if (instance === undefined) return inputs;
  const request = { urn: goal.urn, type: goal.type, name: goal.name, randomSeed };
  const asked = isProviderType(goal.type) ? providerConfig(inputs) : inputs;
  const known = oldInputs && isProviderType(goal.type) ? providerConfig(oldInputs) : oldInputs;
  const result = await (isProviderType(goal.type) ? instance.provider.checkConfig : instance.provider.check).call(
    instance.provider,
    { ...request, inputs: asked, ...(known !== undefined && { oldInputs: known }) },
  );
  if (result.failures.length > 0) {
    const reasons = result.failures.map((f) => (f.property === "" ? f.reason : `${f.property}: ${f.reason}`));
    throw new Error(`${goal.type} "${goal.name}" has wrong inputs: ${reasons.join("; ")}`);
  }
  return isProviderType(goal.type) ? { ...inputs, ...result.inputs } : result.inputs;
}

/** The difference between an entry and what the goal wants it to be, as the provider sees it. */
export async function diffAgainst(
  ctx: Context,
  decider: Decider,
  old: ResourceState,
  inputs: PropertyMap,
): Promise<DiffResult> {
  const { goal, instance } = decider;
  if (instance === undefined) return inputDiff(old.inputs, inputs);
  const request = {
    urn: goal.urn,
    type: goal.type,
    name: goal.name,
    id: old.id ?? "",
    ignoreChanges: goal.ignoreChanges,
  };
  if (isProviderType(goal.type)) {
    if (equalValues(old.inputs, inputs)) return NO_CHANGES;
    const sides = {
      oldInputs: providerConfig(old.inputs),
      oldOutputs: providerConfig(old.outputs),
      inputs: providerConfig(inputs),
    };
    const diff = await instance.provider.diffConfig({ ...request, ...sides });
    const { detailedDiff: _none, ...rest } = inputDiff(old.inputs, inputs);
    return { ...rest, replaces: diff.replaces };
  }
  const moved = await replacedByProvider(ctx, goal, old);
  if (moved !== undefined) return moved;
  if (!instance.configured) return inputDiff(old.inputs, inputs);
  const diff = await instance.provider.diff({ ...request, oldInputs: old.inputs, oldOutputs: old.outputs, inputs });
  return diff.changes === undefined ? inputDiff(old.inputs, inputs) : diff;
}

/** A resource that moves to another provider is replaced when the two configurations mean different places. */
async function replacedByProvider(ctx: Context, goal: Goal, old: ResourceState): Promise<DiffResult | undefined> {
  if (goal.provider === undefined || old.provider === undefined || goal.provider === old.provider) return undefined;
  const [was, is] = [parseProviderRef(old.provider), parseProviderRef(goal.provider)];
  if (ctx.renamed.get(is.urn) === was.urn) return undefined;
  if (was.urn !== is.urn && isDefaultProvider(was.urn) && isDefaultProvider(is.urn)) return undefined;
  const before = ctx.providers.record(old.provider)?.inputs;
  const after = ctx.current.get(is.urn)?.inputs;
  if (before === undefined || after === undefined) return undefined;
  const type = `pulumi:providers:${packageOf(goal.type)}`;
  const sides = {
    oldInputs: providerConfig(before),
    oldOutputs: providerConfig(before),
    inputs: providerConfig(after),
  };
  const provider = await ctx.providers.unconfigured(is.urn, requestOf(packageOf(goal.type), after));
  const diff = await provider.diffConfig({ urn: is.urn, type, name: goal.name, id: is.id, ...sides });
  if (diff.replaces.length === 0) return undefined;
  return {
    changes: true,
    replaces: ["provider"],
    diffs: ["provider"],
    deleteBeforeReplace: diff.deleteBeforeReplace ?? false,
  };
}
