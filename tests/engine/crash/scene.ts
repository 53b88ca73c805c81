import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { runOperation } from "../../../engine/deployment";
import type { Snapshot } from "../../../engine/resource-state";
import { keyCrypter } from "../../../engine/state/passphrase";
import { openBackend } from "../../../engine/state/stack";
import type { ProviderFactory, ResourceProvider } from "../../../providers/base/provider";
import type { PropertyMap } from "../../../providers/base/values";
import { Group, Thing } from "../support/harness";
import { MemoryWorld } from "../support/memory-provider";

/** What the stack is before the run that is killed. */
export function before(): void {
  const a = new Thing("updated", { value: 1 });
  const b = new Thing("replaced", { key: "one", value: a.made });
  new Thing("deleted", { value: b.made });
  new Thing("replaced-first", { key: "first one" }, { deleteBeforeReplace: true });
}

/** That run: an update, both kinds of replacement, a deletion and creations, one after the other. */
export function after(): void {
  const parent = new Group("group");
  const a = new Thing("updated", { value: 2 });
  const b = new Thing("replaced", { key: "two", value: a.made });
  const first = new Thing("replaced-first", { key: "first two" }, { deleteBeforeReplace: true, dependsOn: b });
  new Thing("created", { value: first.made }, { parent });
}

export const AFTERWARDS = ["created", "first two", "two", "updated"];

const KEY = Buffer.alloc(32, 7);
const keyring = {
  open: () => Promise.resolve(keyCrypter(KEY)),
  create: () => Promise.resolve({ salt: "v1:c2FsdA==:v1:bm9uY2U=:bm90aGluZw==", crypter: keyCrypter(KEY) }),
};

/** Runs an operation on the stack of a folder, whose objects lie in files beside its state. */
export async function run(
  folder: string,
  program: () => unknown,
  { dryRun = false, point = () => undefined }: { dryRun?: boolean; point?: (name: string) => void } = {},
): Promise<{ failed: boolean; errors: string[]; changes: object; snapshot: Snapshot }> {
  const backend = await openBackend(`file://${join(folder, "state")}`, { keyring });
  const stack = backend.stack("demo", "dev");
  if (!(await stack.exists())) await stack.create("v1:c2FsdA==:v1:bm9uY2U=:bm90aGluZw==");
  const update = await stack.beginUpdate("update");
  const errors: string[] = [];
  const result = await runOperation({
    ...{ kind: dryRun ? "preview" : "up", dryRun, recorder: update.recorder, snapshot: update.snapshot },
    program: {
      project: "demo",
      organization: "organization",
      stack: "dev",
      root: resolve("."),
      directory: resolve("."),
      entry: program,
    },
    config: { values: new Map(), secretKeys: new Set() },
    providers: new Map([["test", () => onDisk(join(folder, "objects"), point)]]),
    options: { parallel: 4, targets: [], refresh: false },
    onEvent: (event) => {
      if (event.kind === "diagnostic" && event.severity === "error") errors.push(event.message);
    },
    signal: new AbortController().signal,
  });
  await update.finish({ result: "succeeded", changes: result.changes, config: {} });
  const { snapshot } = await stack.beginUpdate("update").then(async (next) => {
    await next.abandon();
    return next;
  });
  return { failed: result.failed, errors, changes: result.changes, snapshot };
}

export function objects(folder: string): string[] {
  return readdirSync(join(folder, "objects")).sort();
}

/** The in-memory provider with its objects in files; each call that changes one is told of before and after. */
function onDisk(folder: string, point: (name: string) => void): ResourceProvider {
  mkdirSync(folder, { recursive: true });
  const world = new MemoryWorld();
  const inner: ResourceProvider = (world.factory satisfies ProviderFactory)();
  const path = (id: string) => join(folder, id);
  for (const id of readdirSync(folder)) {
    world.objects.set(id, JSON.parse(readFileSync(path(id), "utf8")) as PropertyMap);
  }
  const changing =
    <Request, Answer>(name: string, idOf: (request: Request) => string, call: (request: Request) => Promise<Answer>) =>
    async (request: Request): Promise<Answer> => {
      if ((request as { preview?: boolean }).preview === true) return call(request);
      point(`before ${name}`);
      const answer = await call(request);
      const id = idOf(request);
      const object = world.objects.get(id);
      if (object === undefined) rmSync(path(id), { force: true });
      else writeFileSync(path(id), JSON.stringify(object));
      point(`after ${name}`);
      return answer;
    };
  return {
    ...inner,
    create: changing(
      "create",
      ({ inputs, name }) => {
        const id = typeof inputs["key"] === "string" ? inputs["key"] : name;
        if (existsSync(path(id))) throw new Error(`${id} is made twice`);
        return id;
      },
      inner.create,
    ),
    update: changing("update", ({ id }) => id, inner.update),
    delete: changing("delete", ({ id }) => id, inner.delete),
  };
}
