import { generateKeyPair, sign } from "node:crypto";
import { promisify } from "node:util";
import { Pool } from "undici";
import { Semaphore } from "../engine/semaphore";

/**
 * `floor.ts up|refresh|remove`: the least that anything could do for the same result. The calls of the server that the
 * engine makes, key generations and signatures, issued bare over as many connections; no program, no state, no journal.
 */
const { endpoint, username, password, nodes, parallel } = JSON.parse(process.env["GROUNDWORK_BENCH"] ?? "") as {
  endpoint: string;
  username: string;
  password: string;
  nodes: number;
  parallel: number;
};
const pool = new Pool(endpoint, { connections: parallel });
const slots = new Semaphore(parallel);
const headers = {
  authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`,
  "content-type": "application/json",
};
const VHOST = "/api/vhosts/bench-floor";

const WORK: Readonly<Record<string, () => Promise<void>>> = {
  async up() {
    await makeOnce(VHOST, {});
    await each(async (i) => {
      const { privateKey } = await promisify(generateKeyPair)("ec", { namedCurve: "P-256" });
      for (const kind of ["request", "certificate"]) await promisify(sign)("sha256", Buffer.from(kind + i), privateKey);
      await makeOnce(`/api/users/floor-${i}`, { password: `password-${i}`, tags: "" });
      // The broker itself may have made permissions: they are not asked for first.
      await call("PUT", permissionsOf(i), { configure: "^$", write: "^$", read: `^node-${i}$` });
      await call("GET", permissionsOf(i));
    });
  },
  async refresh() {
    await call("GET", VHOST);
    await each(async (i) => {
      await Promise.all([call("GET", `/api/users/floor-${i}`), call("GET", permissionsOf(i))]);
    });
  },
  async remove() {
    await each((i) => call("DELETE", `/api/users/floor-${i}`));
    await call("DELETE", VHOST);
  },
};

const permissionsOf = (i: number): string => `/api/permissions/bench-floor/floor-${i}`;

async function each(work: (index: number) => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: nodes }, (_, i) => slots.run(() => work(i))));
}

/** What exists must not be taken over, and what was made is read back. */
async function makeOnce(path: string, body: object): Promise<void> {
  await call("GET", path, undefined, 404);
  await call("PUT", path, body);
  await call("GET", path);
}

async function call(method: "GET" | "PUT" | "DELETE", path: string, body?: object, accepted = 0): Promise<void> {
  const { statusCode, body: answer } = await pool.request({
    ...{ method, path, headers },
    body: body === undefined ? null : JSON.stringify(body),
  });
  await answer.text();
  if (statusCode >= 400 && statusCode !== accepted) throw new Error(`${method} ${path} answers ${statusCode}`);
}

async function main(what = ""): Promise<void> {
  await WORK[what]?.();
  await pool.close();
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
