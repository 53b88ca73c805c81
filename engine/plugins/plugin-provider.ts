import { credentials } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { InitError } from "../../providers/base/provider";
import type * as base from "../../providers/base/provider";
import { createRedactor, secretStrings } from "../../providers/base/redact";
import { containsSecret, reveal, secret } from "../../providers/base/values";
import type { PropertyMap } from "../../providers/base/values";
import { fromStruct, toStruct } from "../../providers/base/wire";
import { call, callIfServed, failureOf } from "./call";
import type { ServiceProcess } from "./child";
import { checked, diffed } from "./messages";
import { asAccepted, withSecretsOf } from "./plain-values";
import type { Accepts } from "./plain-values";

const CHANNEL = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };
const NOTHING: Accepts = { secrets: false, resources: false };
/** How long a plugin may take to let go at the end: ms. */
const CANCEL_LIMIT = 5_000;

export interface PluginOrigin {
  readonly packageName: string;
  readonly engineAddress: string;
  /** Where the plugin lies, for plugins that come with files of their own. */
  readonly folder?: string;
}

interface Subject {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
}

/** A resource provider in a process of its own, over `pulumirpc.ResourceProvider`. */
export class PluginProvider implements base.ResourceProvider {
  private accepts = NOTHING;
  private supportsPreview = false;
  private configuration: PropertyMap = {};
  private readonly client: ResourceProviderClient;

  private constructor(
    private readonly service: ServiceProcess,
    private readonly origin: PluginOrigin,
    private shaken = false,
  ) {
    this.client = new ResourceProviderClient(service.address, credentials.createInsecure(), CHANNEL);
  }

  /** Speaks with a plugin that has just been started. */
  static async open(service: ServiceProcess, origin: PluginOrigin): Promise<PluginProvider> {
    const plugin = new PluginProvider(service, origin);
    const { engineAddress, folder } = origin;
    const hello = new pb.ProviderHandshakeRequest().setEngineAddress(engineAddress);
    if (folder !== undefined) hello.setRootDirectory(folder).setProgramDirectory(folder);
    try {
      const answer = await plugin.say([], () => callIfServed(plugin.client, plugin.client.handshake, hello));
      if (answer !== undefined) {
        plugin.shaken = true;
        plugin.supportsPreview = true;
        plugin.accepts = { secrets: answer.getAcceptSecrets(), resources: answer.getAcceptResources() };
      }
      return plugin;
    } catch (error) {
      await plugin.close();
      throw error;
    }
  }

  /** The plugin's own version; empty when it does not tell. */
  async version(): Promise<string> {
    const info = await this.say([], () => callIfServed(this.client, this.client.getPluginInfo, new Empty()));
    return info?.getVersion().replace(/^v/, "") ?? "";
  }

  async checkConfig(request: base.CheckRequest): Promise<base.CheckResult> {
    const message = new pb.CheckRequest()
      .setOlds(toStruct(asAccepted(request.oldInputs ?? {}, NOTHING)))
      .setNews(toStruct(asAccepted(request.inputs, NOTHING)));
    const answer = await this.say([request.inputs, request.oldInputs], () =>
      callIfServed(this.client, this.client.checkConfig, about(request, message)),
    );
    if (answer === undefined) return { inputs: request.inputs, failures: [] };
    return checked(answer, withSecretsOf(fromStruct(answer.getInputs()), request.inputs));
  }

  async diffConfig(request: base.DiffRequest): Promise<base.DiffResult> {
    const message = this.diffMessage(new pb.DiffRequest(), request, NOTHING);
    const answer = await this.say([request.inputs, request.oldInputs], () =>
      callIfServed(this.client, this.client.diffConfig, about(request, message)),
    );
    return answer === undefined ? { changes: undefined, replaces: [], diffs: [] } : diffed(answer);
  }

  async configure(inputs: PropertyMap): Promise<void> {
    this.configuration = inputs;
    const message = new pb.ConfigureRequest()
      .setArgs(toStruct(inputs))
      .setAcceptsecrets(true)
      .setAcceptresources(true)
      .setSendsOldInputs(true)
      .setSendsOldInputsToDelete(true);
    // Plugins of before 2018 read these.
    for (const [key, value] of Object.entries(inputs)) {
      const plain = reveal(value);
      const text = typeof plain === "string" ? plain : JSON.stringify(plain);
      message.getVariablesMap().set(`${this.origin.packageName}:config:${key}`, text);
    }
    const answer = await this.say([inputs], () => call(this.client, this.client.configure, message));
    // What the handshake settled holds.
    if (this.shaken) return;
    this.accepts = { secrets: answer.getAcceptsecrets(), resources: answer.getAcceptresources() };
    this.supportsPreview = answer.getSupportspreview();
  }

  async check(request: base.CheckRequest): Promise<base.CheckResult> {
    const message = new pb.CheckRequest()
      .setOlds(this.struct(request.oldInputs ?? {}))
      .setNews(this.struct(request.inputs));
    if (request.randomSeed !== undefined) message.setRandomseed(request.randomSeed);
    const answer = await this.say([request.inputs, request.oldInputs], () =>
      call(this.client, this.client.check, about(request, message)),
    );
    return checked(answer, this.answered(answer.getInputs(), request.inputs));
  }

  async diff(request: base.DiffRequest): Promise<base.DiffResult> {
    const message = this.diffMessage(new pb.DiffRequest(), request, this.accepts);
    const { inputs, oldInputs, oldOutputs } = request;
    return diffed(
      await this.say([inputs, oldInputs, oldOutputs], () =>
        call(this.client, this.client.diff, about(request, message)),
      ),
    );
  }

  async create(request: base.CreateRequest): Promise<base.CreateResult> {
    const { inputs, preview } = request;
    // What is missing among the outputs of a preview is unknown to the program.
    if (preview && !this.supportsPreview) return { id: "", outputs: inputs };
    const message = new pb.CreateRequest()
      .setProperties(this.struct(inputs))
      .setPreview(preview)
      .setTimeout(request.timeoutSeconds ?? 0);
    const answer = await this.say([inputs], () => call(this.client, this.client.create, about(request, message)), {
      ...{ id: "", asked: inputs },
    });
    const id = answer.getId();
    if (id === "" && !preview) throw new Error("the plugin answered without an id; report this to its authors");
    return { id, outputs: this.answered(answer.getProperties(), inputs) };
  }

  async read(request: base.ReadRequest): Promise<base.ReadResult | undefined> {
    const { id, inputs, outputs } = request;
    const message = new pb.ReadRequest().setId(id).setProperties(this.struct(outputs ?? {}));
    if (inputs !== undefined) message.setInputs(this.struct(inputs));
    const answer = await this.say([inputs, outputs], () =>
      call(this.client, this.client.read, about(request, message)),
    );
    if (answer.getId() === "") return undefined;
    return {
      id: answer.getId(),
      inputs: answer.hasInputs() ? this.answered(answer.getInputs(), inputs ?? {}) : (inputs ?? {}),
      outputs: this.answered(answer.getProperties(), outputs ?? {}),
    };
  }

  async update(request: base.UpdateRequest): Promise<base.UpdateResult> {
    const { inputs, oldInputs, oldOutputs, preview, id } = request;
    if (preview && !this.supportsPreview) return { outputs: inputs };
    const message = this.diffMessage(new pb.UpdateRequest(), request, this.accepts)
      .setPreview(preview)
      .setTimeout(request.timeoutSeconds ?? 0);
    const answer = await this.say(
      [inputs, oldInputs, oldOutputs],
      () => call(this.client, this.client.update, about(request, message)),
      { id, asked: inputs },
    );
    return { outputs: this.answered(answer.getProperties(), inputs) };
  }

  async delete(request: base.DeleteRequest): Promise<void> {
    const message = new pb.DeleteRequest()
      .setId(request.id)
      .setOldInputs(this.struct(request.inputs))
      .setProperties(this.struct(request.outputs))
      .setTimeout(request.timeoutSeconds ?? 0);
    await this.say([request.inputs, request.outputs], () =>
      call(this.client, this.client.delete, about(request, message)),
    );
  }

  async invoke({ token, args }: base.InvokeRequest): Promise<base.InvokeResult> {
    const message = new pb.InvokeRequest().setTok(token).setArgs(this.struct(args));
    const answer = await this.say([args], () => call(this.client, this.client.invoke, message));
    const result = fromStruct(answer.getReturn());
    const hidden = !this.accepts.secrets && containsSecret(args);
    return {
      result: hidden ? Object.fromEntries(Object.entries(result).map(([key, value]) => [key, secret(value)])) : result,
      failures: checked(answer, {}).failures,
    };
  }

  /** A plugin does not tell how its objects are found: an interrupted creation stays pending. */
  identify(): base.Identity {
    return { kind: "opaque" };
  }

  async close(): Promise<void> {
    if (!this.service.hasEnded) {
      // A plugin that does not let go is ended all the same.
      await call(this.client, this.client.cancel, new Empty(), CANCEL_LIMIT).catch(() => undefined);
    }
    this.client.close();
    await this.service.stop();
  }

  private struct(map: PropertyMap): Struct {
    return toStruct(asAccepted(map, this.accepts));
  }

  private answered(struct: Struct | undefined, asked: PropertyMap): PropertyMap {
    const values = fromStruct(struct);
    return this.accepts.secrets ? values : withSecretsOf(values, asked);
  }

  private diffMessage<Message extends pb.DiffRequest | pb.UpdateRequest>(
    message: Message,
    { id, inputs, oldInputs, oldOutputs, ignoreChanges }: base.DiffRequest | base.UpdateRequest,
    accepts: Accepts,
  ): Message {
    message.setId(id).setIgnorechangesList([...(ignoreChanges ?? [])]);
    message.setNews(toStruct(asAccepted(inputs, accepts)));
    message.setOldInputs(toStruct(asAccepted(oldInputs, accepts)));
    message.setOlds(toStruct(asAccepted(oldOutputs, accepts)));
    return message;
  }

  /**
   * Calls the plugin and turns its error into one of ours, without the secrets that it was given. With `partial`, an
   * object that was made in part is an InitError.
   */
  private async say<T>(
    told: readonly (PropertyMap | undefined)[],
    talk: () => Promise<T>,
    partial?: { readonly id: string; readonly asked: PropertyMap },
  ): Promise<T> {
    try {
      return await talk();
    } catch (error) {
      const failure = failureOf(error);
      const redactor = createRedactor([this.configuration, ...told].flatMap((map) => secretStrings(map ?? {})));
      if (failure.partial !== undefined && partial !== undefined) {
        const outputs = this.answered(failure.partial.getProperties(), partial.asked);
        const reasons = failure.partial.getReasonsList().map((reason) => redactor.text(reason));
        throw new InitError(failure.partial.getId() || partial.id, outputs, reasons);
      }
      const ended = failure.unreachable && (await this.service.isEnding());
      const words = ended ? `the plugin ended unexpectedly${this.service.lastWords()}` : failure.message;
      throw new Error(redactor.text(words), { cause: redactor.error(error) });
    }
  }
}

function about<
  Message extends { setUrn(urn: string): unknown; setType(type: string): unknown; setName(name: string): unknown },
>({ urn, type, name }: Subject, message: Message): Message {
  message.setUrn(urn);
  message.setType(type);
  message.setName(name);
  return message;
}
