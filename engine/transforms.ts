import { credentials } from "@grpc/grpc-js";
import { CallbacksClient } from "@pulumi/pulumi/proto/callback_grpc_pb";
import { CallbackInvokeRequest } from "@pulumi/pulumi/proto/callback_pb";
import type { Callback, CallbackInvokeResponse } from "@pulumi/pulumi/proto/callback_pb";
import * as messages from "@pulumi/pulumi/proto/resource_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

/**
 * A program's transforms: functions of its own that may change what a resource is registered with. They live in the
 * program's callback server and are called in order, those of the resource first, then those of the stack.
 * Source: Pulumi's documentation of transforms.
 */
export class Transforms {
  private readonly clients = new Map<string, CallbacksClient>();
  private readonly ofStack: Callback[] = [];

  addStackTransform(callback: Callback): void {
    this.ofStack.push(callback);
  }

  async apply(request: messages.RegisterResourceRequest): Promise<messages.RegisterResourceRequest> {
    for (const callback of [...request.getTransformsList(), ...this.ofStack]) await this.applyOne(callback, request);
    return request;
  }

  close(): void {
    for (const client of this.clients.values()) client.close();
  }

  private async applyOne(callback: Callback, request: messages.RegisterResourceRequest): Promise<void> {
    const question = new messages.TransformRequest();
    question.setType(request.getType());
    question.setName(request.getName());
    question.setCustom(request.getCustom());
    question.setParent(request.getParent());
    question.setProperties(sameCopy(request.getObject()));
    question.setOptions(optionsOf(request));
    const invocation = new CallbackInvokeRequest();
    invocation.setToken(callback.getToken());
    invocation.setRequest(question.serializeBinary());
    const answer = await this.invoke(callback.getTarget(), invocation);
    const response = messages.TransformResponse.deserializeBinary(answer.getResponse_asU8());
    const properties = response.getProperties();
    if (properties !== undefined) request.setObject(properties);
    const options = response.getOptions();
    if (options !== undefined) takeOptions(request, options);
  }

  private invoke(target: string, invocation: CallbackInvokeRequest): Promise<CallbackInvokeResponse> {
    const client = this.clients.get(target) ?? new CallbacksClient(target, credentials.createInsecure());
    this.clients.set(target, client);
    return new Promise((resolve, reject) =>
      client.invoke(invocation, (error, response) => {
        if (error === null) resolve(response);
        else reject(new Error(`a transform of the program failed: ${error.details}`));
      }),
    );
  }
}

/** The program's messages may be of another copy of the library than ours. */
function sameCopy(struct: Struct | undefined): Struct {
  return struct === undefined ? new Struct() : Struct.fromJavaScript(struct.toJavaScript());
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
] as const;

function optionsOf(request: messages.RegisterResourceRequest): messages.TransformResourceOptions {
  const options = new messages.TransformResourceOptions();
  for (const [get, , , set] of LISTS) options[set](request[get]());
  options.setProtect(request.getProtect() ?? false);
  options.setVersion(request.getVersion());
  options.setProvider(request.getProvider());
  options.setDeletedWith(request.getDeletedwith());
  options.setRetainOnDelete(request.getRetainondelete() ?? false);
  if (request.getDeletebeforereplacedefined()) options.setDeleteBeforeReplace(request.getDeletebeforereplace());
  request.getProvidersMap().forEach((ref, name) => options.getProvidersMap().set(name, ref));
  return options;
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
  if (options.getAliasesList().length > 0) request.setAliasesList(options.getAliasesList());
}
