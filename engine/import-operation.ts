import type { Context } from "./context";
import { StepFailedError, StoppedError } from "./errors";
import { bareGoal } from "./goal";
import type { Goal } from "./goal";
import { findForImport } from "./import";
import type { ImportSpec } from "./operation";
import { defaultProvider, register } from "./register";
import { stateOf } from "./state-of";
import { requestOf } from "./packages";
import { createUrn, isDefaultProvider, packageOf, parseProviderRef, providerType, STACK_TYPE } from "./urn";

/**
 * The operation `import`: takes objects that exist into the state, reading each by its provider. The program is not
 * run; it has to declare them afterwards. Source: Pulumi's documentation of `pulumi import`.
 */
export async function importAll(ctx: Context): Promise<void> {
  const stack = await rootStack(ctx);
  const running = new Map<string, Promise<void>>();
  for (const spec of ctx.request.imports ?? []) {
    const goal = goalOf(ctx, spec, stack);
    const parent = running.get(goal.parent ?? "") ?? Promise.resolve();
    running.set(
      goal.urn,
      parent.then(() => importOne(ctx, goal, spec)),
    );
  }
  for (const outcome of await Promise.allSettled(running.values())) {
    if (outcome.status === "fulfilled") continue;
    const told = outcome.reason instanceof StepFailedError || outcome.reason instanceof StoppedError;
    if (!told) throw outcome.reason;
    ctx.failed = true;
  }
}

async function rootStack(ctx: Context): Promise<string> {
  const { project, stack } = ctx.request.program;
  const identity = { type: STACK_TYPE, name: `${project}-${stack}`, custom: false, version: "" };
  const urn = createUrn({ project, stack, ...identity });
  if (!ctx.old.live.has(urn)) await register(ctx, bareGoal({ urn, ...identity }));
  return urn;
}

function goalOf(ctx: Context, spec: ImportSpec, root: string): Goal {
  const { project, stack } = ctx.request.program;
  const { type, name, id, parent = root, version = "", protect } = spec;
  const urn = createUrn({ project, stack, type, name, parent });
  const identity = { urn, type, name, custom: id !== undefined, version };
  return { ...bareGoal(identity), parent, protect, ...(id !== undefined && { importId: id }) };
}

async function importOne(ctx: Context, goal: Goal, spec: ImportSpec): Promise<void> {
  const { urn, type, importId: id } = goal;
  try {
    refuseKnown(ctx, goal);
    if (id === undefined) return void ctx.current.set(urn, await register(ctx, goal));
    ctx.claim(urn);
    const provider = await providerOf(ctx, spec);
    // Nobody has declared yet that it is imported; Pulumi's engine keeps the id as that of the object alone.
    const { importId: _declared, ...kept } = goal;
    const intended = stateOf(kept, { id, inputs: {}, outputs: {}, provider, touched: true });
    await ctx.step({ op: "import", urn, type, provider, new: intended }, async () => {
      const instance = await ctx.providers.instance(provider);
      const found = await findForImport(instance.provider, goal, id);
      const state = stateOf(kept, { ...found, provider, touched: true });
      const sides = { inputs: found.inputs, oldInputs: found.inputs };
      const { failures } = await instance.provider.check({ urn, type, name: goal.name, ...sides });
      for (const { property, reason } of failures) {
        ctx.diagnose("warning", `${property}: ${reason}; the program has to set it right`, urn);
      }
      await ctx.recorder.change({ put: state });
      ctx.current.set(urn, state);
      return { new: state };
    });
  } catch (error) {
    if (error instanceof StoppedError) throw error;
    throw ctx.fail(urn, error);
  }
}

/** One name stands for one object, and one object has one name. */
function refuseKnown(ctx: Context, { urn, type, parent = "", importId }: Goal): void {
  if (ctx.old.live.has(urn)) throw new Error(`${urn} is in the state already; import under another name`);
  if (parent !== "" && !ctx.old.live.has(parent) && !ctx.current.has(parent)) {
    throw new Error(`${urn}: its parent ${parent} is not in the state; import it as well`);
  }
  const known = [...ctx.old.live.values(), ...ctx.current.values()];
  const other = known.find((each) => importId !== undefined && each.type === type && each.id === importId);
  if (other === undefined || other.external === true) return;
  ctx.diagnose("warning", `${other.urn} has the same id "${importId ?? ""}"; are they one object?`, urn);
}

/** The provider that is named; else the package's default one, that of the state if it is there. */
async function providerOf(ctx: Context, { type, provider, version }: ImportSpec): Promise<string> {
  const states = [...ctx.old.live.values()];
  if (provider !== undefined) {
    const state = states.find(({ urn }) => urn === provider || urn === parseProviderRef(provider).urn);
    if (state === undefined) throw new Error(`there is no provider ${provider} in the state; \`stack\` lists what is`);
    return `${state.urn}::${state.id ?? ""}`;
  }
  const known = states.filter((state) => state.type === providerType(packageOf(type)) && isDefaultProvider(state.urn));
  const wanted = requestOf(packageOf(type), known.at(-1)?.inputs ?? {});
  return defaultProvider(ctx, { ...wanted, ...(version !== undefined && { version }) });
}
