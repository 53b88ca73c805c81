import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { InitError } from "../providers/base/provider";
import { containsSecret, equalValues } from "../providers/base/values";
import type { PropertyMap } from "../providers/base/values";
import type { Context } from "./context";
import type { Decision } from "./decide";
import type { StepInfo } from "./events";
import type { Goal } from "./goal";
import type { HookFacts, HookKind } from "./hooks";
import type { Found } from "./import";
import type { ProviderInstance } from "./provider-host";
import type { ResourceState, StateChange } from "./resource-state";
import { mapReferences } from "./state-list";
import { stateOf } from "./state-of";
import { TimeoutError, withTimeout } from "./timeout";
import { isProviderType } from "./urn";

/** Carries out a decision: calls the provider, tells the recorder before and after, and returns the new entry. */
export class Application {
  constructor(
    private readonly ctx: Context,
    private readonly goal: Goal,
    private readonly instance: ProviderInstance | undefined,
    private readonly decision: Decision,
  ) {}

  async apply(): Promise<ResourceState> {
    const { ctx, decision } = this;
    switch (decision.op) {
      case "skip":
        ctx.skipped.add(this.goal.urn);
        return this.state({ inputs: decision.inputs, outputs: {}, touched: false });
      case "same":
        return this.same(decision.old, decision.keep ? this.kept(decision.old) : this.unchanged(decision.old));
      case "create":
        return this.create("create", () => []);
      case "update":
        return this.update(decision.old);
      case "recreate":
        if (decision.old.external) return this.beside(decision.old);
        await this.announceReplacement(decision.old);
        return this.inPlaceOf(decision.old);
      case "import":
        return this.takeOver(decision.found, decision.old);
      case "replace": {
        if (decision.first.length > 0) {
          await this.announceReplacement(decision.old);
          return this.inPlaceOf(ctx.old.live.get(decision.old.urn) ?? decision.old);
        }
        return this.beside(decision.old);
      }
    }
  }

  private async takeOver({ id, outputs }: Found, old: ResourceState | undefined): Promise<ResourceState> {
    const { ctx, decision } = this;
    const state = this.state({ id, inputs: decision.inputs, outputs, touched: true });
    const op = old === undefined ? "import" : "import-replacement";
    await ctx.step(
      { ...this.describe(op, state), ...(old !== undefined && { old }) },
      async () => {
        const condemned =
          old === undefined ? [] : [{ put: ctx.old.condemn(old), replacing: old }, ...this.renames(old)];
        await ctx.recorder.change({ put: state }, ...condemned);
        return {};
      },
      { local: true },
    );
    if (old !== undefined) await this.announceReplacement(old, state);
    return state;
  }

  /** Creates a replacement while what it replaces is still there, and goes later. */
  private async beside(old: ResourceState): Promise<ResourceState> {
    const state = await this.create("create-replacement", (put) => [
      ...[{ put }, { put: this.ctx.old.condemn(old), replacing: old }],
      ...this.renames(old),
    ]);
    await this.announceReplacement(old, state);
    return state;
  }

  /** Creates what takes the place of an entry whose object is gone. */
  private async inPlaceOf(gone: ResourceState): Promise<ResourceState> {
    return this.create("create-replacement", (put) => {
      this.ctx.old.settle(gone.urn);
      return [{ put, replacing: gone }, ...this.renames(gone)];
    });
  }

  private async announceReplacement(old: ResourceState, made?: ResourceState): Promise<void> {
    const state = made ?? this.state({ inputs: this.decision.inputs, outputs: {}, touched: true });
    const replaced = { ...old, ...(made === undefined ? { pendingReplacement: true } : { delete: true }) };
    await this.ctx.step({ ...this.describe("replace", state), old: replaced }, async () => ({}), { local: true });
  }

  private unchanged(old: ResourceState): ResourceState {
    const { inputs } = this.decision;
    const kept = equalValues(old.inputs, inputs) && containsSecret(old.inputs) === containsSecret(inputs);
    return this.state({
      ...(old.id !== undefined && { id: old.id }),
      ...{ inputs: kept ? old.inputs : inputs, outputs: old.outputs, old, touched: false },
      ...(old.initErrors !== undefined && { initErrors: old.initErrors }),
    });
  }

  /** What it goes with is where it is, whatever the program says by now. */
  private kept(old: ResourceState): ResourceState {
    const { ctx, goal } = this;
    const { urn, parent, dependencies, propertyDependencies } = goal;
    const { parent: _parent, ...rest } = ctx.old.latest(old);
    const named = { ...rest, dependencies, propertyDependencies, urn, ...(parent !== undefined && { parent }) };
    return mapReferences(named, (other) => (ctx.skipped.has(other) ? undefined : other));
  }

  private async same(old: ResourceState, candidate: ResourceState): Promise<ResourceState> {
    const state = isSameState(old, candidate) ? old : candidate;
    const step = { ...this.describe("same", state), old };
    const { ctx } = this;
    await ctx.step(
      step,
      async () => {
        await this.configureProvider(state);
        const changes = state === old ? [] : this.inPlace(old, state);
        // What is not targeted is still what it was, and goes on following what it refers to.
        if (this.decision.op === "same" && this.decision.keep) ctx.old.replaceLive(old, state);
        if (changes.length > 0) await ctx.recorder.change(...changes);
        return {};
      },
      { local: true },
    );
    return state;
  }

  private async create(
    op: "create" | "create-replacement",
    changes: (put: ResourceState) => StateChange[],
  ): Promise<ResourceState> {
    const { ctx, goal, decision } = this;
    const { inputs } = decision;
    const intended = this.state({ inputs, outputs: {}, touched: true });
    const local = !goal.custom || isProviderType(goal.type);
    let state = intended;
    const finish = (made: ResourceState): StateChange[] => {
      const list = changes(made);
      return list.length > 0 ? list : [{ put: made }];
    };
    const old = decision.op === "replace" || decision.op === "recreate" ? decision.old : undefined;
    await ctx.step(
      { ...this.describe(op, intended), ...(old !== undefined && { old }) },
      async () => {
        await this.hook("beforeCreate", { newInputs: inputs });
        if (local) {
          const id = goal.custom && !ctx.dryRun ? randomUUID() : undefined;
          const { __internal: _internal, ...outputs } = inputs;
          state = this.state({
            ...(id !== undefined && { id }),
            inputs,
            outputs: goal.custom ? outputs : {},
            touched: true,
          });
          await this.configureProvider(state);
          await ctx.recorder.change(...finish(state));
          await this.hook("afterCreate", { id: state.id, newInputs: inputs, newOutputs: state.outputs });
          return { new: state };
        }
        const ticket = await ctx.recorder.begin("creating", intended);
        try {
          const made = await withTimeout(this.callCreate(inputs), goal.customTimeouts?.create);
          state = this.state({ ...(made.id !== "" && { id: made.id }), inputs, outputs: made.outputs, touched: true });
        } catch (error) {
          // Left open: what may yet come into being is looked for by the next run.
          if (error instanceof TimeoutError) throw error;
          const partial = error instanceof InitError ? this.partial(error, inputs) : undefined;
          await ctx.recorder.end(ticket, ...(partial === undefined ? [] : finish(partial)));
          throw error;
        }
        await ctx.recorder.end(ticket, ...finish(state));
        await this.hook("afterCreate", { id: state.id, newInputs: inputs, newOutputs: state.outputs });
        return { new: state };
      },
      { local },
    );
    return state;
  }

  private async hook(kind: HookKind, facts: Omit<HookFacts, "urn" | "type">): Promise<void> {
    const { urn, type, hooks } = this.goal;
    await this.ctx.hooks.run(hooks, kind, { urn, type, ...facts });
  }

  private async callCreate(inputs: PropertyMap): Promise<{ id: string; outputs: PropertyMap }> {
    const { ctx, instance } = this;
    if (instance === undefined || !instance.configured) return { id: "", outputs: inputs };
    return instance.provider.create({ ...this.request("create"), inputs, preview: ctx.dryRun });
  }

  private async update(old: ResourceState): Promise<ResourceState> {
    const { ctx, goal, instance, decision } = this;
    const { inputs } = decision;
    const local = !goal.custom || isProviderType(goal.type);
    const base = { ...(old.id !== undefined && { id: old.id }), inputs, old, touched: true };
    let state = this.state({ ...base, outputs: old.outputs });
    await ctx.step(
      { ...this.describe("update", state), old },
      async () => {
        const before = { id: old.id, oldInputs: old.inputs, oldOutputs: old.outputs, newInputs: inputs };
        await this.hook("beforeUpdate", before);
        if (local) {
          const { __internal: _internal, ...outputs } = inputs;
          state = this.state({ ...base, outputs: goal.custom ? outputs : old.outputs });
          await this.configureProvider(state);
          await ctx.recorder.change(...this.inPlace(old, state));
          await this.hook("afterUpdate", { ...before, newOutputs: state.outputs });
          return { new: state };
        }
        if (instance === undefined || !instance.configured) return { new: state };
        const ticket = await ctx.recorder.begin("updating", state);
        try {
          const call = instance.provider.update({
            ...{ ...this.request("update"), id: old.id ?? "", oldInputs: old.inputs, oldOutputs: old.outputs },
            ...{ inputs, ignoreChanges: goal.ignoreChanges, preview: ctx.dryRun },
          });
          const updated = await withTimeout(call, goal.customTimeouts?.update);
          state = this.state({ ...base, outputs: updated.outputs });
        } catch (error) {
          const partial = error instanceof InitError ? this.partial(error, inputs, old) : undefined;
          if (partial === undefined) await ctx.recorder.end(ticket);
          else await ctx.recorder.end(ticket, ...this.inPlace(old, partial));
          throw error;
        }
        await ctx.recorder.end(ticket, ...this.inPlace(old, state));
        await this.hook("afterUpdate", { ...before, newOutputs: state.outputs });
        return { new: state };
      },
      { local },
    );
    return state;
  }

  private partial(error: InitError, inputs: PropertyMap, old?: ResourceState): ResourceState {
    const facts = { id: error.id, inputs, outputs: error.outputs, initErrors: error.reasons, touched: true };
    return this.state({ ...facts, ...(old !== undefined && { old }) });
  }

  private async configureProvider(state: ResourceState): Promise<void> {
    if (!isProviderType(state.type)) return;
    await this.ctx.providers.configure(state);
  }

  private inPlace(old: ResourceState, put: ResourceState): StateChange[] {
    this.ctx.old.settle(old.urn);
    return [{ put, replacing: old }, ...this.renames(old)];
  }

  /**
   * After a change of URN (an alias), what else refers to the old one has to follow, or the state would not hold
   * together; but what waits for its deletion goes with the entry that was replaced, not with its replacement.
   */
  private renames(old: ResourceState): StateChange[] {
    const { ctx, goal, decision } = this;
    if (old.urn === goal.urn) return [];
    ctx.renamed.set(goal.urn, old.urn);
    ctx.old.live.delete(old.urn);
    const isReplaced = ["replace", "recreate", "import"].includes(decision.op);
    return ctx.old.rewrite(
      (state) => state !== old && !(isReplaced && state.delete),
      (state) => mapReferences(state, (urn) => (urn === old.urn ? goal.urn : urn)),
    );
  }

  private request(kind: "create" | "update"): { urn: string; type: string; name: string; timeoutSeconds?: number } {
    const { urn, type, name, customTimeouts } = this.goal;
    const timeoutSeconds = customTimeouts?.[kind];
    return { urn, type, name, ...(timeoutSeconds !== undefined && { timeoutSeconds }) };
  }

  private state(facts: Omit<Parameters<typeof stateOf>[1], "provider">): ResourceState {
    const { provider } = this.goal;
    return stateOf(this.goal, {
      ...facts,
      ...(provider !== undefined && { provider }),
    });
  }

  private causes(properties: readonly string[]): (readonly [string, readonly string[]])[] {
    return properties.flatMap((property) => {
      const from = this.goal.propertyDependencies[property] ?? [];
      const changed = from.filter((urn) => this.ctx.changed.has(urn));
      return changed.length > 0 ? [[property, changed] as const] : [];
    });
  }

  private describe(op: StepInfo["op"], state: ResourceState): StepInfo {
    const { decision, goal } = this;
    const diff = "diff" in decision ? decision.diff : undefined;
    const because = diff === undefined ? [] : this.causes(diff.diffs);
    const replaces =
      op === "create-replacement" ? (diff?.replaces ?? this.ctx.replacedBy.get(goal.urn)) : diff?.replaces;
    return {
      ...{ op, urn: goal.urn, type: goal.type, provider: goal.provider ?? "", new: state },
      seed: decision.randomSeed,
      ...(replaces !== undefined && replaces.length > 0 && { replaceReasons: replaces }),
      ...(diff !== undefined && diff.diffs.length > 0 && { diffReasons: diff.diffs }),
      ...(diff?.detailedDiff !== undefined && { detailedDiff: diff.detailedDiff }),
      ...(because.length > 0 && { because: Object.fromEntries(because) }),
    };
  }
}

function isSameState(a: ResourceState, b: ResourceState): boolean {
  const { inputs: inputsA, outputs: outputsA, ...restA } = a;
  const { inputs: inputsB, outputs: outputsB, ...restB } = b;
  if (inputsA !== inputsB || !isDeepStrictEqual(restA, restB)) return false;
  if (outputsA === outputsB) return true;
  return equalValues(outputsA, outputsB) && containsSecret(outputsA) === containsSecret(outputsB);
}
