import { readFileSync } from "node:fs";
import { rootCertificates } from "node:tls";
import { isNativeError } from "node:util/types";

import { Agent, request, type Dispatcher } from "undici";

import { explainResponse, explainTransport } from "./errors";

export interface ManagementOptions {
  /** `https://relay.example:15671`; a path in it is kept. */
  readonly endpoint: string;
  readonly username: string;
  readonly password: string;
  /** Takes any server certificate. */
  readonly insecure?: boolean;
  /** A PEM file of the CAs to trust instead of the system's. */
  readonly cacertFile?: string;
  readonly clientcertFile?: string;
  readonly clientkeyFile?: string;
}

/** RabbitMQ's management HTTP API. Paths begin with `/api/`. Errors name the endpoint, the request and the cause. */
export interface Management {
  readonly endpoint: string;
  /** Who the requests are made as. */
  readonly username: string;
  /** undefined when there is no such thing. */
  get<T>(path: string): Promise<T | undefined>;
  put(path: string, body: object): Promise<void>;
  /** Returns the `Location` of what was made. */
  post(path: string, body: object): Promise<string>;
  /** What is gone already is deleted. */
  delete(path: string): Promise<void>;
  /** `3.10.8`; asked once. */
  version(): Promise<string>;
  close(): Promise<void>;
}

const CONNECTIONS = 8;
const TIMEOUT_MS = 30_000;

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly location: string;
}

export function connectManagement(options: ManagementOptions): Management {
  const endpoint = options.endpoint.replace(/\/+$/, "");
  const agent = new Agent({
    connections: CONNECTIONS,
    connect: { timeout: TIMEOUT_MS, ...tlsOptions(options) },
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
  });
  const credentials = Buffer.from(`${options.username}:${options.password}`).toString("base64");
  const headers = { authorization: `Basic ${credentials}`, "content-type": "application/json" };
  let version: Promise<string> | undefined;

  async function send(method: Dispatcher.HttpMethod, path: string, body?: object): Promise<Answer> {
    const sent = { dispatcher: agent, method, headers, body: body && JSON.stringify(body) };
    try {
      const response = await retryClosed(method, () => request(endpoint + path, sent));
      const location = response.headers.location;
      const answer = { status: response.statusCode, body: await response.body.text() };
      return { ...answer, location: typeof location === "string" ? location : "" };
    } catch (error) {
      throw explainTransport(error, endpoint);
    }
  }

  async function demand(method: Dispatcher.HttpMethod, path: string, body?: object): Promise<Answer | undefined> {
    const answer = await send(method, path, body);
    if (answer.status < 300) return answer;
    if (answer.status === 404 && (method === "GET" || method === "DELETE")) return undefined;
    throw explainResponse(`${method} ${decodeURI(path)}`, answer, endpoint, options.username);
  }

  async function readVersion(): Promise<string> {
    const answer = await demand("GET", "/api/overview");
    return (JSON.parse(answer?.body ?? "{}") as { rabbitmq_version?: string }).rabbitmq_version ?? "";
  }

  return {
    endpoint,
    username: options.username,
    async get<T>(path: string) {
      const answer = await demand("GET", path);
      return answer && (JSON.parse(answer.body) as T);
    },
    async put(path, body) {
      await demand("PUT", path, body);
    },
    async post(path, body) {
      return (await demand("POST", path, body))?.location ?? "";
    },
    async delete(path) {
      await demand("DELETE", path);
    },
    version: () => (version ??= readVersion()),
    close: () => agent.close(),
  };
}

function tlsOptions(options: ManagementOptions) {
  const file = (path: string | undefined, property: string): string | undefined => {
    if (path === undefined) return undefined;
    try {
      return readFileSync(path, "utf8");
    } catch (error) {
      throw new Error(`rabbitmq provider: ${property} ${path} cannot be read: see that it is there`, { cause: error });
    }
  };
  return {
    ca: file(options.cacertFile, "cacertFile") ?? [...rootCertificates],
    cert: file(options.clientcertFile, "clientcertFile"),
    key: file(options.clientkeyFile, "clientkeyFile"),
    rejectUnauthorized: options.insecure !== true,
  };
}

/** A server may close a kept connection just when the next request leaves; what can be repeated is sent once more. */
async function retryClosed<T>(method: Dispatcher.HttpMethod, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const code = isNativeError(error) && "code" in error ? error.code : undefined;
    const closed = code === "UND_ERR_SOCKET" || code === "ECONNRESET" || code === "EPIPE";
    if (!closed || method === "POST") throw error;
    return run();
  }
}
