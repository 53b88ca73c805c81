import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { StackLockedError } from "../../../engine/state/errors";
import { place, PROJECT, removeTemporaryFolders, STACK, SUCCEEDED } from "./helpers";

afterAll(removeTemporaryFolders);

const HOLDER = join(__dirname, "fixtures", "hold-update.ts");
const REGISTER = resolve(__dirname, "../../../cli/bin/register.js");

function locks(folder: string): string {
  return join(folder, ".pulumi", "locks", "organization", PROJECT, STACK);
}

function leaveLock(folder: string, owner: object): void {
  mkdirSync(locks(folder), { recursive: true });
  writeFileSync(join(locks(folder), "11111111-1111-1111-1111-111111111111.json"), JSON.stringify(owner));
}

const owner = { pid: 1, username: "anna", hostname: "far-away", timestamp: "2026-01-02T03:04:05Z" };

/** The id of a process that has just ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid;
}

test("a second update is refused while the first runs, and goes on after it", async () => {
  const { folder, stack } = await place();
  const first = await stack.beginUpdate("update");
  await expect(stack.beginUpdate("update")).rejects.toThrow(StackLockedError);
  await expect(stack.beginUpdate("update")).rejects.toThrow(
    new RegExp(`pid ${process.pid}, since .*groundwork cancel`),
  );
  await first.finish(SUCCEEDED);
  await (await stack.beginUpdate("update")).finish(SUCCEEDED);
  expect(readdirSync(locks(folder))).toEqual([]);
});

test.each([
  ["of another host", () => owner, /anna@far-away \(pid 1, since 2026-01-02T03:04:05Z\)/],
  ["of a living process of this host", () => ({ ...owner, pid: process.pid, hostname: hostname() }), /anna@/],
  ["that cannot be read", () => ({}), /cannot be read/],
])("a lock %s is respected and told of", async (_, content, message) => {
  const { folder, stack } = await place();
  leaveLock(folder, content());
  await expect(stack.beginUpdate("update")).rejects.toThrow(message);
  expect(readdirSync(locks(folder))).toHaveLength(1);
});

test.each([
  ["has died", () => ({ ...owner, pid: deadPid(), hostname: hostname() })],
  ["has died, its id now another's", () => ({ ...owner, pid: process.pid, hostname: hostname(), processStart: "1" })],
])("the lock of a process of this host that %s is removed, and said so", async (_, content) => {
  const { folder, stack, notices } = await place();
  leaveLock(folder, content());
  await (await stack.beginUpdate("update")).finish(SUCCEEDED);
  expect(notices.join()).toMatch(/removed the lock of anna@/);
});

test("cancelling removes every lock and tells whose they were", async () => {
  const { folder, stack } = await place();
  leaveLock(folder, owner);
  expect(await stack.cancel()).toEqual(["anna@far-away (pid 1, since 2026-01-02T03:04:05Z)"]);
  await (await stack.beginUpdate("update")).finish(SUCCEEDED);
});

test("a killed process leaves a state that the next run goes on from", async () => {
  const { folder, stack, notices } = await place();
  const child = spawn(process.execPath, ["-r", REGISTER, HOLDER, folder], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    await once(child.stdout, "data");
    await expect(stack.beginUpdate("update")).rejects.toThrow(`pid ${child.pid}`);
  } finally {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  const update = await stack.beginUpdate("update");
  expect(update.snapshot.resources.map((entry) => entry.id)).toEqual(["id-made"]);
  expect(update.snapshot.pendingOperations).toMatchObject([{ type: "creating", journaled: true }]);
  expect(notices).toHaveLength(2);
  await update.finish(SUCCEEDED);
});
