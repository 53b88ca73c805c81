import { randomBytes } from "node:crypto";
import { containsUnknown } from "../providers/base/values";
import { apply } from "./apply";
import type { Context } from "./context";
import { decide } from "./decide";
import type { Decision } from "./decide";
import { deleteAll, identityKey } from "./delete";
import { refuseDisabledDefault } from "./engine-config";
import { StoppedError } from "./errors";
import { bareGoal } from "./goal";
import type { Goal } from "./goal";
import { defaultProviderName, requestInputs } from "./packages";
import type { PackageRequest } from "./packages";
import type { ProviderInstance } from "./provider-host";
import { recoverPostponed } from "./recover";
import type { ResourceState } from "./resource-state";
import { standIn } from "./stand-in";
import { createUrn, DYNAMIC_PACKAGE, isProviderType, packageOf, providerType } from "./urn";

/** Makes a goal true: decides what to do and does it. Throws once everything about a failure has been told. */
export async function register(ctx: Context, goal: Goal): Promise<ResourceState> {
  if (ctx.stopping) throw new StoppedError();
  try {
    ctx.claim(goal.urn);
    const { goal: bound, instance } = await bindProvider(ctx, goal);
    if (ctx.standsIn) {
      const state = await standIn(ctx, bound, instance);
      ctx.current.set(goal.urn, state);
      return state;
    }
    const seed = ctx.request.plan?.get(goal.urn)?.seed ?? randomSeed();
    const decision = await ctx.decisions.run(async () => {
      await recoverPostponed(ctx, bound, instance);
      const decided = await decide(ctx, bound, instance, seed);
      claimIdentity(ctx, bound, instance, decided);
      ctx.decided.add(bound.urn);
      if ("old" in decided && decided.old !== undefined) ctx.decided.add(decided.old.urn);
      if (["replace", "recreate"].includes(decided.op) || (decided.op === "import" && decided.old !== undefined)) {
        ctx.replaced.add(bound.urn);
      }
      ctx.constraint?.check(bound.urn, bound.protect ?? false, decided);
      return { ...decided, ready: prepare(ctx, decided) };
    });
    await decision.ready;
    const state = await apply({ ctx, goal: bound, instance, decision });
    ctx.current.set(goal.urn, state);
    return state;
  } catch (error) {
    if (error instanceof StoppedError) throw error;
    throw ctx.fail(goal.urn, error);
  }
}

const SEED_BYTES = 32;
let pool = Buffer.alloc(0);

/** Random bytes are drawn in bulk: a call of the system for each resource would cost more than deciding about it. */
function randomSeed(): Uint8Array {
  if (pool.length < SEED_BYTES) pool = randomBytes(128 * SEED_BYTES);
  const seed = pool.subarray(0, SEED_BYTES);
  pool = pool.subarray(SEED_BYTES);
  return seed;
}

/** Finds the provider that serves a goal, registering the package's default provider when the program names none. */
async function bindProvider(ctx: Context, goal: Goal): Promise<{ goal: Goal; instance: ProviderInstance | undefined }> {
  if (!goal.custom) return { goal, instance: undefined };
  const wanted = { name: packageOf(goal.type), version: goal.version, downloadUrl: goal.downloadUrl };
  if (isProviderType(goal.type)) {
    const provider = await ctx.providers.unconfigured(goal.urn, wanted);
    const inputs = { ...goal.inputs, ...requestInputs(wanted) };
    return { goal: { ...goal, inputs }, instance: { provider, configured: true } };
  }
  const provider = goal.provider ?? (await defaultProvider(ctx, wanted));
  return { goal: { ...goal, provider }, instance: await ctx.providers.instance(provider) };
}

/**
 * The reference of a package's default provider, which is registered on first use; configured from `<package>:*`, that of
 * dynamic providers from the whole configuration, under its full keys.
 */
export async function defaultProvider(ctx: Context, wanted: PackageRequest): Promise<string> {
  refuseDisabledDefault(ctx.request.config, wanted.name);
  const name = defaultProviderName(wanted);
  const type = providerType(wanted.name);
  const { project, stack } = ctx.request.program;
  const urn = createUrn({ project, stack, type, name });
  return ctx.defaultProviders.get(urn, async () => {
    const prefix = wanted.name === DYNAMIC_PACKAGE ? "" : `${wanted.name}:`;
    const configured = [...ctx.request.config.values].filter(([key]) => key.startsWith(prefix));
    const inputs = Object.fromEntries(
      configured.map(([key, value]) => [key.slice(prefix.length), ctx.configValue(key, value)]),
    );
    const { version, downloadUrl } = wanted;
    const state = await register(ctx, { ...bareGoal({ urn, type, name, custom: true, version, downloadUrl }), inputs });
    return `${urn}::${state.id ?? ""}`;
  });
}

/** Two resources of one physical object would undo one another for ever. */
function claimIdentity(
  ctx: Context,
  goal: Goal,
  instance: ProviderInstance | undefined,
  { inputs, op }: Decision,
): void {
  const { urn, type, name, provider } = goal;
  if (instance === undefined || provider === undefined || op === "skip" || containsUnknown(inputs)) return;
  const identity = instance.provider.identify({ urn, type, name, inputs });
  if (identity.kind !== "id") return;
  const key = identityKey(provider, type, identity.id);
  const other = ctx.identities.get(key);
  if (other !== undefined) {
    throw new Error(`${urn} and ${other} are the same object ("${identity.id}"); declare it once`);
  }
  ctx.identities.set(key, urn);
}

/**
 * What a decision does to the view of later ones, while no other decision is made: what is deleted first counts as gone.
 * Resolves when those deletions have been carried out.
 */
async function prepare(ctx: Context, decision: Decision): Promise<void> {
  if (decision.op === "recreate") return ctx.deletedFirst.get(decision.old.urn);
  if (decision.op !== "replace" || decision.first.length === 0) return;
  for (const state of decision.first) ctx.old.leave(state);
  const doomed = ctx.old.inOrder(decision.first);
  const done = deleteAll(ctx, doomed, "delete-replaced", (state) => ctx.old.left(state));
  for (const state of decision.first) ctx.deletedFirst.set(state.urn, done);
  done.catch(() => undefined);
  return done;
}
