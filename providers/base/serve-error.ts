import { Metadata, status } from "@grpc/grpc-js";
import type { StatusObject } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { InitError } from "./provider";
import { toStruct } from "./wire";

/** Where gRPC carries structured details of an error. */
const DETAILS = "grpc-status-details-bin";

/** An error as the engine shows it: its message, without a stack; an InitError with what was made all the same. */
export function toServiceError(error: unknown): Partial<StatusObject> {
  const message = error instanceof Error ? error.message : String(error);
  const metadata = new Metadata();
  if (error instanceof InitError) metadata.add(DETAILS, Buffer.from(initFailed(error).serializeBinary()));
  return { code: status.UNKNOWN, details: message, metadata };
}

function initFailed(error: InitError): Status {
  const detail = new ErrorResourceInitFailed()
    .setId(error.id)
    .setProperties(toStruct(error.outputs))
    .setReasonsList([...error.reasons]);
  const any = new Any();
  any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  return new Status().setCode(status.UNKNOWN).setMessage(error.message).setDetailsList([any]);
}
