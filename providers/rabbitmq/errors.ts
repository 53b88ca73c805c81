import { isNativeError } from "node:util/types";

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** No answer came: says which endpoint, why, and what to look at. */
export function explainTransport(error: unknown, endpoint: string): Error {
  const code = codeOf(error);
  const advice = TRANSPORT[code] ?? TLS.test(code);
  if (typeof advice === "string") {
    return new Error(`RabbitMQ management API ${endpoint}: ${advice} (${code})`, { cause: error });
  }
  const reason = isNativeError(error) ? error.message : String(error);
  const hint = advice ? `its certificate is not accepted, ${reason}: set cacertFile to the CA that signed it` : reason;
  return new Error(`RabbitMQ management API ${endpoint}: ${hint} (${code})`, { cause: error });
}

const TLS = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;

const TRANSPORT: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody listens there: see that the broker runs and its management plugin is enabled",
  ENOTFOUND: "the host name is not known: check the endpoint",
  EAI_AGAIN: "the host name cannot be looked up now: check the endpoint and the name server",
  EHOSTUNREACH: "the host cannot be reached: check the endpoint and the network",
  ENETUNREACH: "the network cannot be reached: check the endpoint and the network",
  ETIMEDOUT: "the connection timed out: check the endpoint and the network",
  ECONNRESET: "the connection was cut: see whether the endpoint speaks https or http, and the broker's log",
  EPIPE: "the connection was cut: see the broker's log",
  UND_ERR_SOCKET: "the connection was cut: see whether the endpoint speaks https or http, and the broker's log",
  UND_ERR_CONNECT_TIMEOUT: "the connection timed out: check the endpoint and the network",
  UND_ERR_HEADERS_TIMEOUT: "no answer came in time: see how the broker is doing",
  UND_ERR_BODY_TIMEOUT: "the answer broke off: see how the broker is doing",
};

/** The code of the error or of the first cause that has one; several addresses of a host give several causes. */
function codeOf(error: unknown): string {
  if (!isNativeError(error)) return "unknown";
  if ("code" in error && typeof error.code === "string") return error.code;
  const inner: unknown = "errors" in error && Array.isArray(error.errors) ? error.errors[0] : error.cause;
  return inner === undefined ? error.name : codeOf(inner);
}

/** The broker refused: says what was asked, of whom, and the broker's own reason. */
export function explainResponse(what: string, answer: Answer, endpoint: string, username: string): Error {
  const reason = reasonOf(answer.body);
  return new Error(`RabbitMQ management API ${endpoint}: ${judge(answer.status, what, reason, username)}`);
}

function judge(status: number, what: string, reason: string, username: string): string {
  switch (status) {
    case 401:
      return `user "${username}" may not log in (401, ${reason}): check username, password and the user's tags`;
    case 403:
      return `user "${username}" is not authorised to ${what} (403, ${reason}): it needs the tag "administrator"`;
    case 404:
      return `${what} names something that does not exist (404, ${reason}): see that its vhost and user are there`;
    case 400:
      return `the broker refuses ${what} (400): ${reason}`;
    default:
      return `${what} failed (${status}, ${reason}): see the broker's log`;
  }
}

/** RabbitMQ answers `{error, reason}`; something in between may answer anything. */
function reasonOf(body: string): string {
  try {
    const { error, reason } = JSON.parse(body) as { error?: unknown; reason?: unknown };
    return [error, reason].filter((part) => typeof part === "string").join(": ") || "no reason given";
  } catch {
    return "no reason given";
  }
}
