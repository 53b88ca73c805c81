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
import type { Method } from "./call";
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

/** A request as `ask` sends it: whom it is about, and what it tells, of which no secret may come back in an error. */
interface Told {
  readonly urn?: string;
  readonly type?: string;
  readonly name?: string;
  readonly id?: string;
  readonly inputs?: PropertyMap;
}

type Message = Partial<Record<"setUrn" | "setType" | "setName", (text: string) => unknown>>;

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
      const answer = await plugin.ask(callIfServed, plugin.client.handshake, hello);
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
    const info = await this.ask(callIfServed, this.client.getPluginInfo, new Empty());
    return info?.getVersion().replace(/^v/, "") ?? "";
  }

  async checkConfig(request: base.CheckRequest): Promise<base.CheckResult> {
    const message = checkMessage(request, NOTHING);
    const answer = await this.ask(callIfServed, this.client.checkConfig, message, request);
    if (answer === undefined) return { inputs: request.inputs, failures: [] };
    return checked(answer, withSecretsOf(fromStruct(answer.getInputs()), request.inputs));
  }

  async diffConfig(request: base.DiffRequest): Promise<base.DiffResult> {
    const message = diffMessage(new pb.DiffRequest(), request, NOTHING);
    const answer = await this.ask(callIfServed, this.client.diffConfig, message, request);
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
    const answer = await this.ask(call, this.client.configure, message);
    // What the handshake settled holds.
    if (this.shaken) return;
    this.accepts = { secrets: answer.getAcceptsecrets(), resources: answer.getAcceptresources() };
    this.supportsPreview = answer.getSupportspreview();
  }

  async check(request: base.CheckRequest): Promise<base.CheckResult> {
    const message = checkMessage(request, this.accepts);
    if (request.randomSeed !== undefined) message.setRandomseed(request.randomSeed);
    const answer = await this.ask(call, this.client.check, message, request);
    return checked(answer, this.answered(answer.getInputs(), request.inputs));
  }

  async diff(request: base.DiffRequest): Promise<base.DiffResult> {
    const message = diffMessage(new pb.DiffRequest(), request, this.accepts);
    return diffed(await this.ask(call, this.client.diff, message, request));
  }

  async create(request: base.CreateRequest): Promise<base.CreateResult> {
    const { inputs, preview, timeoutSeconds = 0 } = request;
    // What is missing among the outputs of a preview is unknown to the program.
    if (preview && !this.supportsPreview) return { id: "", outputs: inputs };
    const message = new pb.CreateRequest().setProperties(this.struct(inputs));
    message.setPreview(preview).setTimeout(timeoutSeconds);
    const answer = await this.ask(call, this.client.create, message, request);
    const id = answer.getId();
    if (id === "" && !preview) throw new Error("the plugin answered without an id; report this to its authors");
    return { id, outputs: this.answered(answer.getProperties(), inputs) };
  }

  async read(request: base.ReadRequest): Promise<base.ReadResult | undefined> {
    const { id, inputs, outputs = {} } = request;
    const message = new pb.ReadRequest().setId(id).setProperties(this.struct(outputs));
    if (inputs !== undefined) message.setInputs(this.struct(inputs));
    const answer = await this.ask(call, this.client.read, message, request);
    if (answer.getId() === "") return undefined;
    return {
      id: answer.getId(),
      inputs: answer.hasInputs() ? this.answered(answer.getInputs(), inputs ?? {}) : (inputs ?? {}),
      outputs: this.answered(answer.getProperties(), outputs),
    };
  }

  async update(request: base.UpdateRequest): Promise<base.UpdateResult> {
    const { inputs, preview, timeoutSeconds = 0 } = request;
    if (preview && !this.supportsPreview) return { outputs: inputs };
    const message = diffMessage(new pb.UpdateRequest(), request, this.accepts);
    message.setPreview(preview).setTimeout(timeoutSeconds);
    const answer = await this.ask(call, this.client.update, message, request);
    return { outputs: this.answered(answer.getProperties(), inputs) };
  }

  async delete(request: base.DeleteRequest): Promise<void> {
    const { id, inputs, outputs, timeoutSeconds = 0 } = request;
    const message = new pb.DeleteRequest().setId(id).setTimeout(timeoutSeconds);
    message.setOldInputs(this.struct(inputs)).setProperties(this.struct(outputs));
    await this.ask(call, this.client.delete, message, request);
  }

  async invoke({ token, args }: base.InvokeRequest): Promise<base.InvokeResult> {
    const message = new pb.InvokeRequest().setTok(token).setArgs(this.struct(args));
    const answer = await this.ask(call, this.client.invoke, message, { inputs: args });
    const { inputs: result, failures } = checked(answer, fromStruct(answer.getReturn()));
    if (this.accepts.secrets || !containsSecret(args)) return { result, failures };
    return { result: Object.fromEntries(Object.entries(result).map(([key, value]) => [key, secret(value)])), failures };
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

  /**
   * Calls the plugin and turns its error into one of ours, without the secrets that it was told. An object that was made
   * or changed in part is an InitError.
   */
  private async ask<Request extends object, Response, Answer extends Response | undefined>(
    way: (client: ResourceProviderClient, method: Method<Request, Response>, message: Request) => Promise<Answer>,
    method: Method<Request, Response>,
    message: Request,
    told: Told = {},
  ): Promise<Answer> {
    const { setUrn, setType, setName } = message as Message;
    setUrn?.call(message, told.urn ?? "");
    setType?.call(message, told.type ?? "");
    setName?.call(message, told.name ?? "");
    try {
      return await way(this.client, method, message);
    } catch (error) {
      const { partial, message: said, unreachable } = failureOf(error);
      const redactor = createRedactor(secretStrings({ ...(told as PropertyMap), configuration: this.configuration }));
      if (partial !== undefined) {
        const outputs = this.answered(partial.getProperties(), told.inputs ?? {});
        const reasons = partial.getReasonsList().map((reason) => redactor.text(reason));
        throw new InitError(partial.getId() || (told.id ?? ""), outputs, reasons);
      }
      const ended = unreachable && (await this.service.isEnding());
      const words = ended ? `the plugin ended unexpectedly${this.service.lastWords()}` : said;
      throw new Error(redactor.text(words), { cause: redactor.error(error) });
    }
  }
}

function checkMessage({ inputs, oldInputs = {} }: base.CheckRequest, accepts: Accepts): pb.CheckRequest {
  const olds = toStruct(asAccepted(oldInputs, accepts));
  return new pb.CheckRequest().setOlds(olds).setNews(toStruct(asAccepted(inputs, accepts)));
}

function diffMessage<Kind extends pb.DiffRequest | pb.UpdateRequest>(
  message: Kind,
  { id, inputs, oldInputs, oldOutputs, ignoreChanges = [] }: base.DiffRequest | base.UpdateRequest,
  accepts: Accepts,
): Kind {
  message.setId(id).setIgnorechangesList([...ignoreChanges]);
  message.setNews(toStruct(asAccepted(inputs, accepts)));
  message.setOldInputs(toStruct(asAccepted(oldInputs, accepts)));
  message.setOlds(toStruct(asAccepted(oldOutputs, accepts)));
  return message;
}
