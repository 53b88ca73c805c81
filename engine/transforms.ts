import { Alias } from "@pulumi/pulumi/proto/alias_pb";
import type { Callback } from "@pulumi/pulumi/proto/callback_pb";
import * as messages from "@pulumi/pulumi/proto/resource_pb";
import { Value } from "google-protobuf/google/protobuf/struct_pb";
import { sameCopy } from "./callbacks";
import type { ProgramCallbacks } from "./callbacks";

/**
 * A program's transforms: functions of its own that may change what a resource is registered with, or a function of a
 * provider is called with. They live in the program's callback server and are called in order: those of the resource
 * first, then those of its parents from the nearest to the farthest, then those of the stack.
 * Source: Pulumi's documentation of transforms.
 */
export class Transforms {
  private readonly ofStack: Callback[] = [];
  private readonly ofInvokes: Callback[] = [];
  /** Those of each resource that its children go through as well, by URN; the nearest first. */
  private readonly inherited = new Map<string, readonly Callback[]>();

  constructor(private readonly callbacks: ProgramCallbacks) {}

  addStackTransform(callback: Callback): void {
    this.ofStack.push(callback);
  }

  addInvokeTransform(callback: Callback): void {
    this.ofInvokes.push(callback);
  }

  /** Changes the request of the resource `urn`. */
  async apply(urn: string, request: messages.RegisterResourceRequest): Promise<messages.RegisterResourceRequest> {
    const ofParents = this.inherited.get(request.getParent()) ?? [];
    const own = [...request.getTransformsList(), ...ofParents];
    if (own.length > 0) this.inherited.set(urn, own);
    for (const callback of [...own, ...this.ofStack]) await this.applyOne(callback, request);
    return request;
  }

  /** Changes the request of a provider's function. */
  async applyToInvoke(request: messages.ResourceInvokeRequest): Promise<messages.ResourceInvokeRequest> {
    for (const callback of this.ofInvokes) {
      const question = new messages.TransformInvokeRequest();
      question.setToken(request.getTok());
      question.setArgs(sameCopy(request.getArgs()));
      const asked = new messages.TransformInvokeOptions();
      asked.setProvider(request.getProvider());
      asked.setVersion(request.getVersion());
      asked.setPluginDownloadUrl(request.getPlugindownloadurl());
      question.setOptions(asked);
      const answer = await this.callbacks.invoke(callback, "an invoke transform", question.serializeBinary());
      const response = messages.TransformInvokeResponse.deserializeBinary(answer);
      const [args, options] = [response.getArgs(), response.getOptions()];
      if (args !== undefined) request.setArgs(args);
      if (options === undefined) continue;
      request.setProvider(options.getProvider());
      request.setVersion(options.getVersion());
      request.setPlugindownloadurl(options.getPluginDownloadUrl());
    }
    return request;
  }

  private async applyOne(callback: Callback, request: messages.RegisterResourceRequest): Promise<void> {
    const question = new messages.TransformRequest();
    question.setType(request.getType());
    question.setName(request.getName());
    question.setCustom(request.getCustom());
    question.setParent(request.getParent());
    question.setProperties(sameCopy(request.getObject()));
    question.setOptions(optionsOf(request));
    const answer = await this.callbacks.invoke(callback, "a transform", question.serializeBinary());
    const response = messages.TransformResponse.deserializeBinary(answer);
    const properties = response.getProperties();
    if (properties !== undefined) request.setObject(properties);
    const options = response.getOptions();
    if (options !== undefined) takeOptions(request, options);
  }
}

/** The options that a transform may read and change, by the names of their accessors on both messages. */
const LISTS = [
  ["getDependenciesList", "setDependenciesList", "getDependsOnList", "setDependsOnList"],
  ["getIgnorechangesList", "setIgnorechangesList", "getIgnoreChangesList", "setIgnoreChangesList"],
  ["getReplaceonchangesList", "setReplaceonchangesList", "getReplaceOnChangesList", "setReplaceOnChangesList"],
  [
    "getAdditionalsecretoutputsList",
    "setAdditionalsecretoutputsList",
    "getAdditionalSecretOutputsList",
    "setAdditionalSecretOutputsList",
  ],
  ["getReplaceWithList", "setReplaceWithList", "getReplaceWithList", "setReplaceWithList"],
  ["getHidediffsList", "setHidediffsList", "getHideDiffList", "setHideDiffList"],
] as const;

function optionsOf(request: messages.RegisterResourceRequest): messages.TransformResourceOptions {
  const options = new messages.TransformResourceOptions();
  for (const [get, , , set] of LISTS) options[set](request[get]());
  options.setAliasesList(aliasesOf(request));
  options.setProtect(request.getProtect() ?? false);
  options.setVersion(request.getVersion());
  options.setProvider(request.getProvider());
  options.setDeletedWith(request.getDeletedwith());
  options.setRetainOnDelete(request.getRetainondelete() ?? false);
  if (request.getDeletebeforereplacedefined()) options.setDeleteBeforeReplace(request.getDeletebeforereplace());
  request.getProvidersMap().forEach((ref, name) => options.getProvidersMap().set(name, ref));
  options.setPluginDownloadUrl(request.getPlugindownloadurl());
  options.setImport(request.getImportid());
  const [timeouts, hooks, trigger] = [request.getCustomtimeouts(), request.getHooks(), request.getReplacementTrigger()];
  const { CustomTimeouts, ResourceHooksBinding } = messages.RegisterResourceRequest;
  options.setCustomTimeouts(timeouts && CustomTimeouts.deserializeBinary(timeouts.serializeBinary()));
  options.setHooks(hooks && ResourceHooksBinding.deserializeBinary(hooks.serializeBinary()));
  options.setReplacementTrigger(trigger && Value.fromJavaScript(trigger.toJavaScript()));
  return options;
}

function aliasesOf(request: messages.RegisterResourceRequest): Alias[] {
  const ofUrns = request.getAliasurnsList().map((urn) => new Alias().setUrn(urn));
  const given = request.getAliasesList().map((alias) => Alias.deserializeBinary(alias.serializeBinary()));
  return [...ofUrns, ...given];
}

function takeOptions(request: messages.RegisterResourceRequest, options: messages.TransformResourceOptions): void {
  for (const [, set, get] of LISTS) request[set](options[get]());
  if (request.hasProtect() || options.getProtect()) request.setProtect(options.getProtect() ?? false);
  request.setVersion(options.getVersion());
  request.setProvider(options.getProvider());
  request.setDeletedwith(options.getDeletedWith());
  if (request.hasRetainondelete() || options.getRetainOnDelete()) {
    request.setRetainondelete(options.getRetainOnDelete() ?? false);
  }
  if (options.hasDeleteBeforeReplace()) {
    request.setDeletebeforereplacedefined(true);
    request.setDeletebeforereplace(options.getDeleteBeforeReplace() ?? false);
  }
  request.setAliasurnsList([]);
  request.setAliasesList(options.getAliasesList());
  request.setPlugindownloadurl(options.getPluginDownloadUrl());
  request.setImportid(options.getImport());
  if (options.hasCustomTimeouts()) request.setCustomtimeouts(options.getCustomTimeouts());
  if (options.hasHooks()) request.setHooks(options.getHooks());
  if (options.hasReplacementTrigger()) request.setReplacementTrigger(options.getReplacementTrigger());
}
