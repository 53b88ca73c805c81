import { LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import type { EngineEvent, Severity } from "./events";

const SEVERITIES: Record<number, Severity> = {
  [LogSeverity.DEBUG]: "debug",
  [LogSeverity.INFO]: "info",
  [LogSeverity.WARNING]: "warning",
  [LogSeverity.ERROR]: "error",
};

/** What a program, a plugin or a policy pack says through `pulumirpc.Engine`. */
export function logged(request: LogRequest): Extract<EngineEvent, { kind: "diagnostic" }> {
  const urn = request.getUrn() || undefined;
  return {
    kind: "diagnostic",
    severity: SEVERITIES[request.getSeverity()] ?? "info",
    message: request.getMessage(),
    ephemeral: request.getEphemeral(),
    ...(urn !== undefined && { urn }),
  };
}
