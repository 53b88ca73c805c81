import { Server, ServerCredentials } from "@grpc/grpc-js";
import type { handleUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { ProviderFactory, ResourceProvider } from "./provider";
import * as messages from "./serve-messages";
import { toServiceError } from "./serve-error";
import { fromStruct, toStruct } from "./wire";

/**
 * Serves a provider to Pulumi's own CLI. A plugin is a folder of its own, beside the package that programs import, with
 * `PulumiPlugin.yaml` (`runtime: nodejs`), `package.json` (`name`, `version`, `"main": "plugin.js"`) and a `plugin.js`
 * that requires `providers/base/transpile` and then a TypeScript file which calls `serve`. A project names the folder
 * under `plugins.providers[].path` in its `Pulumi.yaml`; the CLI starts one process a provider resource, with
 * `@pulumi/pulumi/cmd/run-plugin`, and reads the port from its first line of output.
 */
export interface PluginDescription {
  /** The package name, `hosts`. */
  readonly name: string;
  /** Semantic version. */
  readonly version: string;
  /** The package schema as Pulumi documents it, for `pulumi package get-schema` and SDK generation. */
  readonly schema?: Readonly<Record<string, unknown>>;
}

/** Listens on loopback and prints the port; resolves when that is done. The engine ends the process. */
export async function serve(factory: ProviderFactory, description: PluginDescription): Promise<void> {
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(ResourceProviderService, implement(await factory(), description));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  process.stdout.write(`${port}\n`);
}

/** Methods that are not here (components, parameters, lists, mappings) answer UNIMPLEMENTED, which engines expect. */
function implement(provider: ResourceProvider, description: PluginDescription): UntypedServiceImplementation {
  return {
    handshake: unary(messages.handshake),
    getPluginInfo: unary(() => new PluginInfo().setVersion(description.version)),
    getSchema: unary(() => new pb.GetSchemaResponse().setSchema(schemaOf(description))),
    attach: unary(() => new Empty()),

    checkConfig: unary(async (request: pb.CheckRequest) =>
      messages.checked(await provider.checkConfig(messages.checkRequest(request))),
    ),
    diffConfig: unary(async (request: pb.DiffRequest) =>
      messages.diffed(await provider.diffConfig(messages.diffRequest(request))),
    ),
    configure: unary(async (request: pb.ConfigureRequest) => {
      await provider.configure(fromStruct(request.getArgs()));
      return messages.configured();
    }),

    check: unary(async (request: pb.CheckRequest) =>
      messages.checked(await provider.check(messages.checkRequest(request))),
    ),
    diff: unary(async (request: pb.DiffRequest) => messages.diffed(await provider.diff(messages.diffRequest(request)))),
    create: unary(async (request: pb.CreateRequest) => {
      const { id, outputs } = await provider.create({
        ...messages.subject(request),
        inputs: fromStruct(request.getProperties()),
        preview: request.getPreview(),
      });
      return new pb.CreateResponse().setId(id).setProperties(toStruct(outputs));
    }),
    read: unary(async (request: pb.ReadRequest) =>
      messages.wasRead(await provider.read(messages.readRequest(request))),
    ),
    update: unary(async (request: pb.UpdateRequest) => {
      const { outputs } = await provider.update({
        ...messages.diffRequest(request),
        preview: request.getPreview(),
      });
      return new pb.UpdateResponse().setProperties(toStruct(outputs));
    }),
    delete: unary(async (request: pb.DeleteRequest) => {
      const left = await provider.delete({
        ...messages.subject(request),
        id: request.getId(),
        inputs: fromStruct(request.getOldInputs()),
        outputs: fromStruct(request.getProperties()),
      });
      // The protocol has no place for what is left; the CLI shows what a plugin says here.
      for (const sentence of left ?? []) process.stderr.write(`${sentence}\n`);
      return new Empty();
    }),
    invoke: unary(async (request: pb.InvokeRequest) =>
      messages.invoked(await provider.invoke({ token: request.getTok(), args: fromStruct(request.getArgs()) })),
    ),

    // The engine says so at the end of every operation, then ends the process.
    cancel: unary(async () => {
      await provider.close();
      return new Empty();
    }),
  };
}

function schemaOf({ name, version, schema }: PluginDescription): string {
  return JSON.stringify({ name, version, ...schema });
}

function unary<Request, Response>(
  handle: (request: Request) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    void (async () => handle(call.request))().then(
      (response) => callback(null, response),
      (error: unknown) => callback(toServiceError(error)),
    );
  };
}
