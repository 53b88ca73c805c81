import { readFileSync } from "node:fs";
import { isNativeError } from "node:util/types";

import { Agent, request, type Dispatcher } from "undici";

import { explainTransport } from "./http-errors";

export interface HttpOptions {
  /** For messages: `RabbitMQ management API`. */
  readonly subject: string;
  /** `https://relay.example:15671`; a path in it is kept. */
  readonly endpoint: string;
  readonly username: string;
  readonly password: string;
  /** Takes any server certificate. */
  readonly insecure?: boolean;
  /** A PEM file of the CAs to trust instead of those that Node knows. */
  readonly cacertFile?: string;
  readonly clientcertFile?: string;
  readonly clientkeyFile?: string;
}

export type HttpMethod = "GET" | "PUT" | "POST" | "DELETE";

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  /** The header of that name, or "". */
  readonly location: string;
}

/** A JSON API behind basic authentication, over kept connections. Any answer is returned; no answer is an error. */
export interface HttpClient {
  send(method: HttpMethod, path: string, body?: object): Promise<HttpAnswer>;
  close(): Promise<void>;
}

const CONNECTIONS = 8;
const TIMEOUT_MS = 30_000;

export function connectHttp(options: HttpOptions): HttpClient {
  const endpoint = options.endpoint.replace(/\/+$/, "");
  const agent = new Agent({
    connections: CONNECTIONS,
    connect: { timeout: TIMEOUT_MS, ...tlsOptions(options) },
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
  });
  const credentials = Buffer.from(`${options.username}:${options.password}`).toString("base64");
  const headers = { authorization: `Basic ${credentials}`, "content-type": "application/json" };
  return {
    async send(method, path, body) {
      const sent = { dispatcher: agent, method, headers, body: body && JSON.stringify(body) };
      try {
        return await retryClosed(method, async () => answerOf(await request(endpoint + path, sent)));
      } catch (error) {
        throw explainTransport(error, `${options.subject} ${endpoint}`);
      }
    },
    close: () => agent.close(),
  };
}

async function answerOf({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<HttpAnswer> {
  const location = typeof headers.location === "string" ? headers.location : "";
  return { status: statusCode, body: await body.text(), location };
}

function tlsOptions(options: HttpOptions) {
  return {
    ca: readPem(options, "cacertFile"),
    cert: readPem(options, "clientcertFile"),
    key: readPem(options, "clientkeyFile"),
    rejectUnauthorized: options.insecure !== true,
  };
}

function readPem(
  options: HttpOptions,
  property: "cacertFile" | "clientcertFile" | "clientkeyFile",
): string | undefined {
  const path = options[property];
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`${options.subject}: ${property} ${path} cannot be read: see that it is there`, { cause: error });
  }
}

/** A server may close a kept connection just when the next request leaves; what can be repeated is sent once more. */
async function retryClosed<T>(method: HttpMethod, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const code = isNativeError(error) && "code" in error ? error.code : undefined;
    const closed = code === "UND_ERR_SOCKET" || code === "ECONNRESET" || code === "EPIPE";
    if (!closed || method === "POST") throw error;
    return run();
  }
}
