import type { TestBroker } from "../../support/servers";

/** The management API as a test uses it to look at the broker, and to change it behind the engine's back. */
export interface Api {
  get<T = unknown>(...path: readonly string[]): Promise<T>;
  put(body: object, ...path: readonly string[]): Promise<void>;
  delete(...path: readonly string[]): Promise<void>;
}

export function apiOf(broker: TestBroker): Api {
  const authorization = `Basic ${Buffer.from(`${broker.username}:${broker.password}`).toString("base64")}`;
  const headers = { authorization, "content-type": "application/json" };
  const send = async (method: string, path: readonly string[], body?: object): Promise<string> => {
    const url = `${broker.endpoint}/api/${path.map(encodeURIComponent).join("/")}`;
    const response = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
    return text;
  };
  return {
    get: async <T>(...path: readonly string[]) => JSON.parse(await send("GET", path)) as T,
    put: async (body, ...path) => void (await send("PUT", path, body)),
    delete: async (...path) => void (await send("DELETE", path)),
  };
}
