import { randomUUID } from "node:crypto";
import { containsUnknown } from "../providers/base/values";
import type { Context } from "./context";
import { findOld } from "./decide";
import type { Goal } from "./goal";
import { check } from "./judge";
import type { ProviderInstance } from "./provider-host";
import type { ResourceState } from "./resource-state";
import { stateOf } from "./state-of";
import { isProviderType } from "./urn";

/**
 * What becomes of a resource that a program declares beside a destroy or a refresh (`--run-program`): nothing is done
 * about it. It is what the state says; one that the state does not hold is not known. Providers are configured as the
 * program says by now, so that a new address or password counts.
 */
export async function standIn(
  ctx: Context,
  goal: Goal,
  instance: ProviderInstance | undefined,
): Promise<ResourceState> {
  const old = findOld(ctx, goal);
  if (isProviderType(goal.type)) return configured(ctx, goal, instance, old);
  if (old !== undefined) return old;
  ctx.skipped.add(goal.urn);
  return stateOf(goal, { inputs: goal.inputs, outputs: {}, touched: false });
}

async function configured(
  ctx: Context,
  goal: Goal,
  instance: ProviderInstance | undefined,
  old: ResourceState | undefined,
): Promise<ResourceState> {
  const inputs = await check({ goal, instance, randomSeed: new Uint8Array() }, goal.inputs, undefined);
  // What a provider takes from a resource that is gone cannot be known: the last update's configuration holds.
  if (old !== undefined && containsUnknown(inputs)) return old;
  const state = old ?? stateOf(goal, { id: randomUUID(), inputs, outputs: inputs, touched: false });
  await ctx.providers.configure({ ...state, inputs });
  return state;
}
