import type { ReadResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { containsUnknown } from "../providers/base/values";
import type { PropertyMap } from "../providers/base/values";
import { fromStruct } from "../providers/base/wire";
import type { Context } from "./context";
import { skippedReference } from "./decide";
import type { ProviderInstance } from "./provider-host";
import { defaultProvider } from "./register";
import type { ResourceState, StateChange } from "./resource-state";
import { markSecretOutputs } from "./state-of";
import { createUrn, packageOf, parseProviderRef } from "./urn";

/** `Resource.get`: reads an object that somebody else manages, and keeps it in the state as external. */
export async function readResource(ctx: Context, request: ReadResourceRequest): Promise<ResourceState> {
  const { project, stack } = ctx.request.program;
  const [type, name, id] = [request.getType(), request.getName(), request.getId()];
  const parent = request.getParent() || undefined;
  const urn = createUrn({ project, stack, type, name, ...(parent !== undefined && { parent }) });
  const inputs = fromStruct(request.getProperties());
  const additionalSecretOutputs = request.getAdditionalsecretoutputsList();
  try {
    ctx.claim(urn);
    ctx.constraint?.allow(urn, ["read"]);
    const [version, downloadUrl] = [request.getVersion(), request.getPlugindownloadurl()];
    const wanted = { name: packageOf(type), version, downloadUrl };
    const provider = request.getProvider() || (await defaultProvider(ctx, wanted));
    const instance = await ctx.providers.instance(provider);
    if (ctx.standsIn) return await readBeside(ctx, request, urn, inputs, instance);
    const old = await ctx.decisions.run(async () => {
      ctx.decided.add(urn);
      return ctx.old.live.get(urn);
    });
    await ctx.deletedFirst.get(urn);
    // What was managed until now is another object, which goes.
    const isReplaced = old !== undefined && !old.external && !old.pendingReplacement && old.id !== id;
    if (isReplaced && old.protect) {
      throw new Error(`${urn} is managed, and would be deleted because "${id}" is read instead; it is protected`);
    }
    const dependencies = request.getDependenciesList().filter((each) => !ctx.skipped.has(each));
    const base = { urn, type, custom: true, external: true, id, inputs, provider, dependencies };
    let state: ResourceState = {
      ...{ ...base, outputs: old?.outputs ?? {}, propertyDependencies: {} },
      ...(parent !== undefined && { parent }),
      ...(additionalSecretOutputs.length > 0 && { additionalSecretOutputs }),
    };
    if (isSkipped(ctx, urn, [parent, parseProviderRef(provider).urn], dependencies)) return state;
    const entry = { urn, type, provider, new: state, ...(old !== undefined && { old }) };
    await ctx.step({ ...entry, op: isReplaced ? "read-replacement" : "read" }, async () => {
      if (instance.configured && !containsUnknown(id)) {
        const read = await instance.provider.read({ urn, type, name, id, inputs });
        if (read === undefined) throw new Error(`there is no ${type} with the id "${id}"`);
        state = { ...state, id: read.id, outputs: markSecretOutputs(read.outputs, inputs, additionalSecretOutputs) };
      }
      await ctx.recorder.change(...takePlace(ctx, state, old, isReplaced));
      return { new: state };
    });
    if (isReplaced) await ctx.step({ ...entry, op: "replace", new: state }, async () => ({}), { local: true });
    ctx.current.set(urn, state);
    return state;
  } catch (error) {
    throw ctx.fail(urn, error);
  }
}

/** What a program reads beside a destroy or a refresh: the state does not hear of it. */
async function readBeside(
  ctx: Context,
  request: ReadResourceRequest,
  urn: string,
  inputs: PropertyMap,
  { configured, provider }: ProviderInstance,
): Promise<ResourceState> {
  const [type, name, id] = [request.getType(), request.getName(), request.getId()];
  const known = { urn, type, custom: true, external: true, id, inputs, dependencies: [], propertyDependencies: {} };
  const read = configured && !containsUnknown(id) ? await provider.read({ urn, type, name, id, inputs }) : undefined;
  if (read === undefined) ctx.skipped.add(urn);
  return {
    ...known,
    outputs: markSecretOutputs(read?.outputs ?? {}, inputs, request.getAdditionalsecretoutputsList()),
  };
}

/** What is not targeted is read all the same, unless what it has to refer to is not there. */
function isSkipped(
  ctx: Context,
  urn: string,
  needed: readonly (string | undefined)[],
  dependencies: readonly string[],
): boolean {
  const missing = needed.find((each) => each !== undefined && ctx.skipped.has(each));
  if (missing === undefined) return false;
  if (ctx.targets.covers(urn, dependencies)) throw skippedReference(urn, missing);
  ctx.skipped.add(urn);
  return true;
}

function takePlace(
  ctx: Context,
  put: ResourceState,
  old: ResourceState | undefined,
  isReplaced: boolean,
): StateChange[] {
  if (old === undefined) return [{ put }];
  if (isReplaced) return [{ put }, { put: ctx.old.condemn(old), replacing: old }];
  ctx.old.settle(put.urn);
  return [{ put, replacing: old }];
}
