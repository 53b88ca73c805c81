import { generateKeyPair, sign } from "node:crypto";
import { promisify } from "node:util";
import { Pool } from "undici";
import { Semaphore } from "../engine/semaphore";

export interface BrokerAccess {
  readonly endpoint: string;
  readonly username: string;
  readonly password: string;
}

/** The least that anything could do for the same result: the same calls and keys, issued bare, as many at once. */
export class Floor {
  private readonly pool: Pool;
  private readonly calls: Semaphore;

  constructor(
    private readonly broker: BrokerAccess,
    private readonly nodes: number,
    parallel: number,
  ) {
    this.pool = new Pool(broker.endpoint, { connections: parallel });
    this.calls = new Semaphore(parallel);
  }

  async create(): Promise<void> {
    await this.call("PUT", "/api/vhosts/bench-floor", {});
    await this.each(async (i) => {
      const { privateKey } = await promisify(generateKeyPair)("ec", { namedCurve: "P-256" });
      sign("sha256", Buffer.from(`request ${i}`), privateKey);
      sign("sha256", Buffer.from(`certificate ${i}`), privateKey);
      await this.call("PUT", `/api/users/floor-${i}`, { password: `password-${i}`, tags: "" });
      await this.call("PUT", `/api/permissions/bench-floor/floor-${i}`, { configure: "^$", write: "^$", read: "^$" });
    });
  }

  async read(): Promise<void> {
    await this.each(async (i) => {
      await this.call("GET", `/api/users/floor-${i}`);
      await this.call("GET", `/api/permissions/bench-floor/floor-${i}`);
    });
  }

  async remove(): Promise<void> {
    await this.each((i) => this.call("DELETE", `/api/users/floor-${i}`));
    await this.call("DELETE", "/api/vhosts/bench-floor");
    await this.pool.close();
  }

  private async each(work: (index: number) => Promise<void>): Promise<void> {
    await Promise.all(Array.from({ length: this.nodes }, (_, i) => this.calls.run(() => work(i))));
  }

  private async call(method: "GET" | "PUT" | "DELETE", path: string, body?: object): Promise<void> {
    const { username, password } = this.broker;
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
    const headers = { authorization, "content-type": "application/json" };
    const response = await this.pool.request({ method, path, headers, body: body ? JSON.stringify(body) : null });
    await response.body.dump();
    if (response.statusCode >= 400) throw new Error(`${method} ${path} answers ${response.statusCode}`);
  }
}
