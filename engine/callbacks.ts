import type { CallbacksClient } from "@pulumi/pulumi/proto/callback_grpc_pb";
import { CallbackInvokeRequest } from "@pulumi/pulumi/proto/callback_pb";
import type { Callback, CallbackInvokeResponse } from "@pulumi/pulumi/proto/callback_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

/** Functions of the program that the engine calls: they live in the program's own callback server. */
export class ProgramCallbacks {
  private readonly clients = new Map<string, CallbacksClient>();

  /** Calls one with a serialized message; `kind` names it in errors. */
  async invoke(callback: Callback, kind: string, message: Uint8Array): Promise<Uint8Array> {
    const target = callback.getTarget();
    const client = await this.client(target);
    const invocation = new CallbackInvokeRequest();
    invocation.setToken(callback.getToken());
    invocation.setRequest(message);
    const answer = await new Promise<CallbackInvokeResponse>((resolve, reject) =>
      client.invoke(invocation, (error, response) => {
        if (error === null) resolve(response);
        else reject(new Error(`${kind} of the program failed: ${error.details}`));
      }),
    );
    return answer.getResponse_asU8();
  }

  /** Most programs bring no functions, and gRPC takes long to load. */
  private async client(target: string): Promise<CallbacksClient> {
    const { credentials } = await import("@grpc/grpc-js");
    const service = await import("@pulumi/pulumi/proto/callback_grpc_pb");
    const client = this.clients.get(target) ?? new service.CallbacksClient(target, credentials.createInsecure());
    this.clients.set(target, client);
    return client;
  }

  close(): void {
    for (const client of this.clients.values()) client.close();
  }
}

/** The program's messages may be of another copy of the library than ours. */
export function sameCopy(struct: Struct | undefined): Struct {
  return struct === undefined ? new Struct() : Struct.fromJavaScript(struct.toJavaScript());
}
