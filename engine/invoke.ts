import { CheckFailure } from "@pulumi/pulumi/proto/provider_pb";
import { ResourceInvokeResponse } from "@pulumi/pulumi/proto/resource_pb";
import type { ResourceInvokeRequest } from "@pulumi/pulumi/proto/resource_pb";
import type { InvokeResult } from "../providers/base/provider";
import { fromStruct, toStruct } from "../providers/base/wire";
import type { Context } from "./context";
import { messageOf, StepFailedError, StoppedError, UnsupportedError } from "./errors";
import { defaultProvider } from "./register";
import { packageOf } from "./urn";

/** By this function the SDK asks for a resource of which it holds no more than the URN. */
const GET_RESOURCE = "pulumi:pulumi:getResource";

/** Calls a function of a provider, as the program's transforms leave the call. */
export async function invoke(ctx: Context, asked: ResourceInvokeRequest): Promise<ResourceInvokeResponse> {
  const response = new ResourceInvokeResponse();
  const token = asked.getTok();
  try {
    const request = token === GET_RESOURCE ? asked : await ctx.transforms.applyToInvoke(asked);
    const answer = token === GET_RESOURCE ? findResource(ctx, request) : await call(ctx, request);
    response.setUnknown(answer === undefined);
    respond(response, answer ?? { result: {}, failures: [] });
    return response;
  } catch (error) {
    if (error instanceof StoppedError || error instanceof StepFailedError || error instanceof UnsupportedError)
      throw error;
    throw new Error(`calling ${token} failed: ${messageOf(error)}`, { cause: error });
  }
}

/** Undefined where the answer cannot be known yet: what the call depends on, or its provider, is still to be made. */
async function call(ctx: Context, request: ResourceInvokeRequest): Promise<InvokeResult | undefined> {
  const token = request.getTok();
  const name = packageOf(token);
  if (name === "pulumi") throw new UnsupportedError("the program", `the function ${token}`);
  if (await isAnyMissing(ctx, request.getDependsonList())) return undefined;
  const wanted = { name, version: request.getVersion(), downloadUrl: request.getPlugindownloadurl() };
  const ref = request.getProvider() || (await defaultProvider(ctx, wanted));
  const instance = await ctx.providers.instance(ref);
  if (!instance.configured) return undefined;
  return instance.provider.invoke({ token, args: fromStruct(request.getArgs()) });
}

/** Whether one of the resources, or of those below them, has not been made. */
async function isAnyMissing(ctx: Context, urns: readonly string[]): Promise<boolean> {
  if (urns.length === 0) return false;
  const roots = new Set(urns);
  await ctx.registrations.settledBelow(roots);
  return [...ctx.current.values()].some(
    (state) => state.custom && state.id === undefined && ctx.registrations.isBelow(state.urn, roots),
  );
}

function findResource(ctx: Context, request: ResourceInvokeRequest): InvokeResult {
  const urn = String(fromStruct(request.getArgs())["urn"]);
  const state = ctx.current.get(urn);
  if (state === undefined) throw new Error(`the program has not registered ${urn}`);
  return { result: { urn, id: state.id ?? "", state: state.outputs }, failures: [] };
}

function respond(response: ResourceInvokeResponse, { result, failures }: InvokeResult): void {
  response.setReturn(toStruct(result));
  response.setFailuresList(
    failures.map(({ property, reason }) => {
      const failure = new CheckFailure();
      failure.setProperty(property);
      failure.setReason(reason);
      return failure;
    }),
  );
}
