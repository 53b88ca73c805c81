import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { createInterface } from "node:readline";
import { credentials, Server, ServerCredentials, type ServiceError } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";

const RUN_PLUGIN = require.resolve("@pulumi/pulumi/cmd/run-plugin");

export type Method<Request, Response> = (
  request: Request,
  callback: (error: ServiceError | null, response: Response) => void,
) => unknown;

export interface PluginProcess {
  readonly client: ResourceProviderClient;
  /** Calls the plugin; rejects with the gRPC error. */
  readonly call: <Request, Response>(method: Method<Request, Response>, request: Request) => Promise<Response>;
  stop(): Promise<void>;
}

/**
 * A provider of this project as Pulumi's CLI starts it: by its folder, in another working directory, with the address of
 * an engine that it need not call.
 */
export async function startPlugin(folder: string): Promise<PluginProcess> {
  const engine = new Server();
  engine.addService(EngineService, {});
  const enginePort = await new Promise<number>((resolve, reject) =>
    engine.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    ),
  );
  const args = [RUN_PLUGIN, folder, `127.0.0.1:${enginePort}`];
  const plugin = spawn(process.execPath, args, { cwd: tmpdir(), stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  plugin.stderr.on("data", (data: Buffer) => (said += data.toString()));
  const [port] = (await Promise.race([
    once(createInterface({ input: plugin.stdout }), "line"),
    once(plugin, "exit").then(() => Promise.reject(new Error(`the plugin ended: ${said}`))),
  ])) as [string];
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
  return {
    client,
    call: (method, request) =>
      new Promise((resolve, reject) =>
        method.call(client, request, (error, response) => (error === null ? resolve(response) : reject(error))),
      ),
    async stop() {
      client.close();
      engine.forceShutdown();
      if (plugin.exitCode !== null) return;
      plugin.kill();
      await once(plugin, "exit");
    },
  };
}
