import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";

import { startTime } from "./processes";
import { waitFor } from "./wait";

/** A process as no other is: its number and when it started. */
export function processIdentity(pid: number = process.pid): string {
  return `${pid} ${startTime(pid) ?? ""}`;
}

export function isRunning(identity: string): boolean {
  const [pid = "", started = ""] = identity.trim().split(" ");
  return started !== "" && startTime(Number(pid)) === started;
}

/**
 * Runs `work` while no other process that takes the same lock file does. The lock of a process that has died is void.
 * `limit`, in milliseconds, bounds the wait for another one's work.
 */
export async function withLock<T>(file: string, limit: number, work: () => Promise<T>): Promise<T> {
  await waitFor(() => (take(file) ? true : undefined), {
    subject: `The lock ${file}`,
    limit,
    explain: () => `It is held by process ${read(file) ?? ""}.`,
  });
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** A link appears with its content at once, or not at all: nobody reads a half-written lock. */
function take(file: string): boolean {
  const own = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  writeFileSync(own, processIdentity(), { mode: 0o600 });
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    discardVoid(file, own);
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

function discardVoid(file: string, own: string): void {
  const holder = read(file);
  if (holder === undefined || isRunning(holder)) return;
  const aside = `${own}.void`;
  try {
    renameSync(file, aside);
    // Someone else may have discarded the void lock and taken a new one between the look and the rename.
    if (isRunning(read(aside) ?? "")) linkSync(aside, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "EEXIST") throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
