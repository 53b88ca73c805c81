import type { ReadResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { containsUnknown } from "../providers/base/values";
import { fromStruct } from "../providers/base/wire";
import type { Context } from "./context";
import { defaultProvider } from "./register";
import type { ResourceState } from "./resource-state";
import { markSecretOutputs } from "./state-of";
import { createUrn, packageOf } from "./urn";

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
    const provider = request.getProvider() || (await defaultProvider(ctx, packageOf(type), request.getVersion()));
    const instance = await ctx.providers.instance(provider);
    const old = ctx.old.live.get(urn);
    const base = {
      urn,
      type,
      custom: true,
      external: true,
      id,
      inputs,
      provider,
      dependencies: request.getDependenciesList(),
    };
    let state: ResourceState = {
      ...{ ...base, outputs: old?.outputs ?? {}, propertyDependencies: {} },
      ...(parent !== undefined && { parent }),
      ...(additionalSecretOutputs.length > 0 && { additionalSecretOutputs }),
    };
    const replaced = old === undefined ? {} : { replacing: old };
    await ctx.step({ op: "read", urn, type, provider, new: state, ...(old !== undefined && { old }) }, async () => {
      if (instance.configured && !containsUnknown(id)) {
        const read = await instance.provider.read({ urn, type, name, id, inputs });
        if (read === undefined) throw new Error(`there is no ${type} with the id "${id}"`);
        state = { ...state, id: read.id, outputs: markSecretOutputs(read.outputs, inputs, additionalSecretOutputs) };
      }
      ctx.old.settle(urn);
      await ctx.recorder.change({ put: state, ...replaced });
      return { new: state };
    });
    ctx.current.set(urn, state);
    return state;
  } catch (error) {
    throw ctx.fail(urn, error);
  }
}
