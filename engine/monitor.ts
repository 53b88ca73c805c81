import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { SetRootResourceResponse } from "@pulumi/pulumi/proto/engine_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import type { Callback } from "@pulumi/pulumi/proto/callback_pb";
import * as messages from "@pulumi/pulumi/proto/resource_pb";
import { containsSecret, equalValues } from "../providers/base/values";
import type { PropertyMap } from "../providers/base/values";
import { fromStruct, toWire } from "../providers/base/wire";
import type { Context } from "./context";
import { StepFailedError, StoppedError, UnsupportedError } from "./errors";
import { goalOf } from "./goal";
import { inherit, legacyOf } from "./inherit";
import { invoke } from "./invoke";
import { lightStructs } from "./light-struct";
import { logged } from "./log";
import { register } from "./register";
import { readResource } from "./read";
import type { ResourceState } from "./resource-state";
import { markSecretOutputs } from "./state-of";
import { createUrn, STACK_TYPE } from "./urn";

/** A unary handler on protocol messages; bound in-process by `program.ts`. */
export type Handler<Request, Response> = (request: Request) => Promise<Response>;

/** What works, by the names by which versions of the SDK before 3.230 ask for it. */
const FEATURES: Readonly<Record<string, messages.ResourceMonitorFeature>> = {
  secrets: messages.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_SECRETS,
  resourceReferences: messages.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
  aliasSpecs: messages.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
  deletedWith: messages.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
  replaceWith: messages.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
  replacementTrigger: messages.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER,
  transforms: messages.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_TRANSFORMS,
  invokeTransforms: messages.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_INVOKE_TRANSFORMS,
  invokeDependsOn: messages.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_INVOKE_DEPENDS_ON,
  resourceHooks: messages.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
  errorHooks: messages.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS,
  // Refused below, by its name: the SDK would ask for a newer Pulumi CLI.
  stateMigrations: messages.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_STATE_MIGRATIONS,
};

const light = lightStructs(Struct);

function lightStruct(map: PropertyMap): Struct {
  return light(toWire(map) as Record<string, JavaScriptValue>);
}

/** `pulumirpc.ResourceMonitor`: what a program asks of the engine. */
export function monitorHandlers(ctx: Context) {
  const { project, stack } = ctx.request.program;
  const refuse = (feature: string) => async (): Promise<never> => {
    throw new UnsupportedError("the program", feature);
  };
  return {
    getDeploymentInfo: async () => {
      const info = new messages.DeploymentInfo();
      info.setSupportedfeaturesList(Object.values(FEATURES));
      return info;
    },
    supportsFeature: async (request: messages.SupportsFeatureRequest) => {
      const response = new messages.SupportsFeatureResponse();
      response.setHassupport(request.getId() in FEATURES);
      return response;
    },
    registerResource: async (request: messages.RegisterResourceRequest) => {
      const response = new messages.RegisterResourceResponse();
      const parent = request.getParent();
      const named = { project, stack, type: request.getType(), name: request.getName() };
      const urn = createUrn({ ...named, ...(parent !== "" && { parent }) });
      response.setUrn(urn);
      try {
        const registration = registerGoal(ctx, urn, request);
        const state = await ctx.registrations.track(parent, registration);
        response.setId(state.id ?? "");
        response.setObject(lightStruct(state.custom ? state.outputs : {}));
        // What comes of it is not known then, and what takes that is known to depend on it.
        if (ctx.skipped.has(state.urn)) response.setUnknown(true);
      } catch (error) {
        if (!(error instanceof StepFailedError) && !(error instanceof StoppedError)) throw error;
        response.setResult(messages.Result.FAIL);
      }
      return response;
    },
    registerResourceOutputs: async (request: messages.RegisterResourceOutputsRequest) => {
      await registerOutputs(ctx, request.getUrn(), fromStruct(request.getOutputs()));
      return new Empty();
    },
    readResource: async (request: messages.ReadResourceRequest) => {
      const state = await readResource(ctx, request);
      const response = new messages.ReadResourceResponse();
      response.setUrn(state.urn);
      response.setProperties(lightStruct(state.outputs));
      return response;
    },
    invoke: async (request: messages.ResourceInvokeRequest) => invoke(ctx, request),
    call: refuse("a method call on a remote component"),
    existsResource: refuse("the existence check of a resource"),
    registerStackTransform: async (callback: Callback) => {
      ctx.transforms.addStackTransform(callback);
      return new Empty();
    },
    registerStackInvokeTransform: async (callback: Callback) => {
      ctx.transforms.addInvokeTransform(callback);
      return new Empty();
    },
    registerResourceHook: async (request: messages.RegisterResourceHookRequest) => {
      ctx.hooks.register(request);
      return new Empty();
    },
    registerErrorHook: async (request: messages.RegisterErrorHookRequest) => {
      ctx.errorHooks.register(request);
      return new Empty();
    },
    registerPackage: refuse("a parameterized package"),
    signalAndWaitForShutdown: async () => new Empty(),
  };
}

/** `pulumirpc.Engine`: logs and the root resource. */
export function engineHandlers(ctx: Context) {
  return {
    log: async (request: LogRequest) => {
      const event = logged(request);
      if (event.severity === "error") ctx.programLoggedError = true;
      ctx.emit(event);
      return new Empty();
    },
    setRootResource: async () => new SetRootResourceResponse(),
    getRootResource: async (): Promise<never> => {
      throw new UnsupportedError("the program", "reading the root resource");
    },
    requirePulumiVersion: async () => new Empty(),
    startDebugging: async () => new Empty(),
  };
}

async function registerGoal(
  ctx: Context,
  urn: string,
  request: messages.RegisterResourceRequest,
): Promise<ResourceState> {
  let goal;
  try {
    inherit(request, ctx.legacies.get(request.getParent()) ?? {});
    goal = goalOf(await ctx.transforms.apply(urn, request), ctx.request.program);
    const legacy = legacyOf(goal);
    if (legacy !== undefined) ctx.legacies.set(goal.urn, legacy);
  } catch (error) {
    throw ctx.fail(error instanceof UnsupportedError ? error.subject : urn, error);
  }
  return register(ctx, goal);
}

async function registerOutputs(ctx: Context, urn: string, outputs: ReturnType<typeof fromStruct>): Promise<void> {
  const state = ctx.current.get(urn);
  if (ctx.standsIn) return;
  if (state === undefined) throw new Error(`outputs were registered for ${urn}, which is not registered`);
  if (state.type === STACK_TYPE) ctx.outputs = outputs;
  const marked = markSecretOutputs(outputs, {}, state.additionalSecretOutputs);
  ctx.emit({ kind: "outputs", urn, outputs: marked });
  if (equalValues(state.outputs, marked) && containsSecret(state.outputs) === containsSecret(marked)) return;
  if (ctx.failed && state.type === STACK_TYPE) return;
  const next = { ...state, outputs: marked };
  ctx.current.set(urn, next);
  await ctx.recorder.change({ put: next, replacing: state });
}
