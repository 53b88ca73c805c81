import type { Context } from "./context";
import type { Decision } from "./decide";
import type { StepInfo } from "./events";
import type { Goal } from "./goal";
import type { ProviderInstance } from "./provider-host";
import type { ResourceState, StateChange } from "./resource-state";
import { mapReferences } from "./state-list";
import { stateOf } from "./state-of";
import { isProviderType } from "./urn";

/** A decision that is being carried out. */
export interface Work {
  readonly ctx: Context;
  readonly goal: Goal;
  readonly instance: ProviderInstance | undefined;
  readonly decision: Decision;
}

/** Whether it concerns nothing outside the state: components, and providers, which are configured and not called. */
export function isLocal({ goal }: Work): boolean {
  return !goal.custom || isProviderType(goal.type);
}

/** The entry that the goal gets. */
export function entryOf({ goal }: Work, facts: Omit<Parameters<typeof stateOf>[1], "provider">): ResourceState {
  const { provider } = goal;
  return stateOf(goal, { ...facts, ...(provider !== undefined && { provider }) });
}

export async function configureProvider({ ctx }: Work, state: ResourceState): Promise<void> {
  if (isProviderType(state.type)) await ctx.providers.configure(state);
}

export function inPlace(work: Work, old: ResourceState, put: ResourceState): StateChange[] {
  work.ctx.old.settle(old.urn);
  return [{ put, replacing: old }, ...renames(work, old)];
}

/**
 * After a change of URN (an alias), what else refers to the old one has to follow, or the state would not hold together;
 * but what waits for its deletion goes with the entry that was replaced, not with its replacement.
 */
export function renames({ ctx, goal, decision }: Work, old: ResourceState): StateChange[] {
  if (old.urn === goal.urn) return [];
  ctx.renamed.set(goal.urn, old.urn);
  ctx.old.live.delete(old.urn);
  const isReplaced = ["replace", "recreate", "import"].includes(decision.op);
  return ctx.old.rewrite(
    (state) => state !== old && !(isReplaced && state.delete),
    (state) => mapReferences(state, (urn) => (urn === old.urn ? goal.urn : urn)),
  );
}

/** A step as it is told: what is done, why, and where that comes from. */
export function describe(work: Work, op: StepInfo["op"], state: ResourceState): StepInfo {
  const { ctx, decision, goal } = work;
  const diff = "diff" in decision ? decision.diff : undefined;
  const because = diff === undefined ? [] : causes(work, diff.diffs);
  const replaces = op === "create-replacement" ? (diff?.replaces ?? ctx.replacedBy.get(goal.urn)) : diff?.replaces;
  return {
    ...{ op, urn: goal.urn, type: goal.type, provider: goal.provider ?? "", new: state },
    seed: decision.randomSeed,
    ...(replaces !== undefined && replaces.length > 0 && { replaceReasons: replaces }),
    ...(diff !== undefined && diff.diffs.length > 0 && { diffReasons: diff.diffs }),
    ...(diff?.detailedDiff !== undefined && { detailedDiff: diff.detailedDiff }),
    ...(because.length > 0 && { because: Object.fromEntries(because) }),
  };
}

/** The resources of this operation that changed inputs come from, by property. */
function causes({ ctx, goal }: Work, properties: readonly string[]): (readonly [string, readonly string[]])[] {
  return properties.flatMap((property) => {
    const changed = (goal.propertyDependencies[property] ?? []).filter((urn) => ctx.changed.has(urn));
    return changed.length > 0 ? [[property, changed] as const] : [];
  });
}
