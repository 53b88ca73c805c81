import { Metadata, status } from "@grpc/grpc-js";
import type { CallOptions, Client, ClientUnaryCall, ServiceError } from "@grpc/grpc-js";
import { InputPropertiesError } from "@pulumi/pulumi/proto/errors_pb";
import { ConfigureErrorMissingKeys, ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";

export type Method<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, response: Response) => void,
) => ClientUnaryCall;

/** Calls a method of a gRPC client; rejects with the ServiceError. `limit`, in ms, ends a call that must not hang. */
export function call<Request, Response>(
  client: Client,
  method: Method<Request, Response>,
  request: Request,
  limit?: number,
): Promise<Response> {
  const options = limit === undefined ? {} : { deadline: Date.now() + limit };
  return new Promise((resolve, reject) =>
    method.call(client, request, new Metadata(), options, (error, response) =>
      error === null ? resolve(response) : reject(error),
    ),
  );
}

/** Calls a method that a service need not have; `undefined` when it has not. */
export async function callIfServed<Request, Response>(
  ...args: Parameters<typeof call<Request, Response>>
): Promise<Response | undefined> {
  try {
    return await call(...args);
  } catch (error) {
    if (isServiceError(error) && error.code === status.UNIMPLEMENTED) return undefined;
    throw error;
  }
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "code" in error && "details" in error && "metadata" in error;
}

/** What a service says of a failed call. */
export interface Failure {
  readonly message: string;
  /** The service could not be reached: it has ended. */
  readonly unreachable: boolean;
  /** The object was made or changed all the same. */
  readonly partial?: ErrorResourceInitFailed;
}

/** Reads an error of `call` with the details that plugins attach. Source: `pulumirpc` and `google.rpc.Status`. */
export function failureOf(error: unknown): Failure {
  if (!isServiceError(error))
    return { message: error instanceof Error ? error.message : String(error), unreachable: false };
  let message = error.details;
  let partial: ErrorResourceInitFailed | undefined;
  for (const [type, bytes] of detailsOf(error)) {
    switch (type) {
      case "pulumirpc.ErrorResourceInitFailed":
        partial = ErrorResourceInitFailed.deserializeBinary(bytes);
        break;
      case "pulumirpc.ConfigureErrorMissingKeys":
        for (const key of ConfigureErrorMissingKeys.deserializeBinary(bytes).getMissingkeysList()) {
          message += `; the configuration key "${key.getName()}" is missing: ${key.getDescription()}`;
        }
        break;
      case "pulumirpc.InputPropertiesError":
        for (const property of InputPropertiesError.deserializeBinary(bytes).getErrorsList()) {
          message += `; ${property.getPropertyPath()}: ${property.getReason()}`;
        }
        break;
    }
  }
  return { message, unreachable: error.code === status.UNAVAILABLE, ...(partial !== undefined && { partial }) };
}

function detailsOf(error: ServiceError): (readonly [type: string, bytes: Uint8Array])[] {
  return error.metadata.get("grpc-status-details-bin").flatMap((binary) =>
    typeof binary === "string"
      ? []
      : Status.deserializeBinary(binary)
          .getDetailsList()
          .map((detail) => [detail.getTypeName(), detail.getValue_asU8()] as const),
  );
}
