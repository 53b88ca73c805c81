import { connectHttp, type HttpAnswer, type HttpMethod, type HttpOptions } from "../base/http";

export type ManagementOptions = Omit<HttpOptions, "subject">;

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

const SUBJECT = "RabbitMQ management API";

export function connectManagement(options: ManagementOptions): Management {
  const { endpoint, username } = options;
  const http = connectHttp({ ...options, subject: SUBJECT });
  let version: Promise<string> | undefined;

  async function demand(method: HttpMethod, path: string, body?: object): Promise<HttpAnswer | undefined> {
    const answer = await http.send(method, path, body);
    if (answer.status < 300) return answer;
    if (answer.status === 404 && (method === "GET" || method === "DELETE")) return undefined;
    const what = `${method} ${decodeURI(path)}`;
    throw new Error(`${SUBJECT} ${endpoint}: ${judge(answer.status, what, reasonOf(answer.body), username)}`);
  }

  async function get<T>(path: string): Promise<T | undefined> {
    const answer = await demand("GET", path);
    return answer && (JSON.parse(answer.body) as T);
  }

  async function readVersion(): Promise<string> {
    return (await get<{ rabbitmq_version?: string }>("/api/overview"))?.rabbitmq_version ?? "";
  }

  return {
    endpoint,
    username,
    get,
    put: async (path, body) => void (await demand("PUT", path, body)),
    post: async (path, body) => (await demand("POST", path, body))?.location ?? "",
    delete: async (path) => void (await demand("DELETE", path)),
    version: () => (version ??= readVersion()),
    close: () => http.close(),
  };
}

/** What was asked, of whom, and the broker's own reason. */
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
