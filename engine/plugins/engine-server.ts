import { createServer } from "node:net";
import type { AddressInfo, Server as Listener } from "node:net";
import type { EngineEvent } from "../events";

/**
 * `pulumirpc.Engine` for processes beside this one: plugins and policy packs log there. Listens on loopback, from the
 * first time that somebody asks for the address, and does not keep this process alive.
 */
export class EngineServer {
  private listening: Promise<{ readonly address: string; readonly close: () => void }> | undefined;

  constructor(private readonly emit: (event: EngineEvent) => void) {}

  async address(): Promise<string> {
    this.listening ??= this.listen();
    return (await this.listening).address;
  }

  async close(): Promise<void> {
    (await this.listening)?.close();
  }

  private async listen(): Promise<{ address: string; close: () => void }> {
    const [grpc, { EngineService }, { Empty }, { logged }] = await Promise.all([
      import("@grpc/grpc-js"),
      import("@pulumi/pulumi/proto/engine_grpc_pb"),
      import("google-protobuf/google/protobuf/empty_pb"),
      import("../log"),
    ]);
    const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
    server.addService(EngineService, {
      log: (call: { request: Parameters<typeof logged>[0] }, done: (error: null, answer: object) => void) => {
        this.emit(logged(call.request));
        done(null, new Empty());
      },
    });
    // The listener is our own, since a gRPC server's cannot be told not to keep the process alive.
    const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
    const listener = createServer((socket) => injector.injectConnection(socket.unref()));
    await listen(listener);
    return {
      address: `127.0.0.1:${(listener.address() as AddressInfo).port}`,
      close: () => {
        listener.close();
        injector.destroy();
        server.forceShutdown();
      },
    };
  }
}

async function listen(listener: Listener): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    listener.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  listener.unref();
}
