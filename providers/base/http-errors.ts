import { isNativeError } from "node:util/types";

/** No answer came: says of whom (`RabbitMQ management API https://…`), why, and what to look at. */
export function explainTransport(error: unknown, subject: string): Error {
  const code = codeOf(error);
  return new Error(`${subject}: ${ADVICE[code] ?? describe(error, code)} (${code})`, { cause: error });
}

const ADVICE: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody listens there: see that the server runs and serves this API",
  ENOTFOUND: "the host name is not known: check the endpoint",
  EAI_AGAIN: "the host name cannot be looked up now: check the endpoint and the name server",
  EHOSTUNREACH: "the host cannot be reached: check the endpoint and the network",
  ENETUNREACH: "the network cannot be reached: check the endpoint and the network",
  ETIMEDOUT: "the connection timed out: check the endpoint and the network",
  ECONNRESET: "the connection was cut: see whether the endpoint speaks https or http, and the server's log",
  EPIPE: "the connection was cut: see the server's log",
  UND_ERR_SOCKET: "the connection was cut: see whether the endpoint speaks https or http, and the server's log",
  UND_ERR_CONNECT_TIMEOUT: "the connection timed out: check the endpoint and the network",
  UND_ERR_HEADERS_TIMEOUT: "no answer came in time: see how the server is doing",
  UND_ERR_BODY_TIMEOUT: "the answer broke off: see how the server is doing",
};

const TLS = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;

function describe(error: unknown, code: string): string {
  const reason = isNativeError(error) ? error.message : String(error);
  return TLS.test(code)
    ? `its certificate is not accepted, ${reason}: set cacertFile to the CA that signed it`
    : reason;
}

/** The code of the error or of the first cause that has one; several addresses of a host give several causes. */
function codeOf(error: unknown): string {
  if (!isNativeError(error)) return "unknown";
  if ("code" in error && typeof error.code === "string") return error.code;
  const inner: unknown = "errors" in error && Array.isArray(error.errors) ? error.errors[0] : error.cause;
  return inner === undefined ? error.name : codeOf(inner);
}
