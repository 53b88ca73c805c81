import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { fileError, isErrno, readIfExists, removeDurably, writeDurably } from "./durable-file";
import { StackLockedError } from "./errors";
import { isObject } from "./property-codec";

/**
 * A stack's lock: a file a holder in the stack's lock folder, as Pulumi's own CLI keeps them, so that the two exclude
 * each other. Taking it is: check, write, check again. Source: Pulumi's diy backend.
 */
export interface Lock {
  release(): Promise<void>;
}

/** What a lock file holds; the fields after `timestamp` are ours and let a process that is gone be told from its heir. */
interface Owner {
  readonly pid: number;
  readonly username: string;
  readonly hostname: string;
  /** RFC 3339. */
  readonly timestamp: string;
  /** Clock ticks since boot at which the process started. */
  readonly processStart?: string;
  readonly pidNamespace?: string;
}

/** Fails with a StackLockedError that says whose lock it is. `notice` hears of locks that a dead process left. */
export async function takeLock(folder: string, stack: string, notice: (text: string) => void): Promise<Lock> {
  await refuseIfLocked(folder, undefined, stack, notice);
  const path = join(folder, `${randomUUID()}.json`);
  await writeDurably(path, JSON.stringify(describeSelf()));
  try {
    await refuseIfLocked(folder, path, stack, notice);
  } catch (error) {
    await removeDurably(path);
    throw error;
  }
  return { release: () => removeDurably(path) };
}

/** Removes every lock, whoever holds it, and describes their holders. */
export async function removeLocks(folder: string): Promise<readonly string[]> {
  const locks = await readLocks(folder);
  for (const lock of locks) await removeDurably(lock.path);
  return locks.map((lock) => describe(lock.owner));
}

export async function isLocked(folder: string): Promise<boolean> {
  return (await readLocks(folder)).length > 0;
}

async function refuseIfLocked(
  folder: string,
  own: string | undefined,
  stack: string,
  notice: (text: string) => void,
): Promise<void> {
  const others = (await readLocks(folder)).filter((lock) => lock.path !== own);
  for (const lock of others) {
    if (lock.owner === undefined || !isDead(lock.owner)) {
      throw new StackLockedError(
        `stack ${stack} is locked by ${describe(lock.owner)}; wait for it to end, or run \`groundwork cancel\` when it has died`,
      );
    }
    await removeDurably(lock.path);
    notice(`stack ${stack}: removed the lock of ${describe(lock.owner)}, which is no longer running`);
  }
}

async function readLocks(folder: string): Promise<{ path: string; owner: Owner | undefined }[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return [];
    throw fileError("read", folder, error);
  }
  const paths = names.filter((name) => name.endsWith(".json")).map((name) => join(folder, name));
  const locks = await Promise.all(paths.map(async (path) => ({ path, content: await readIfExists(path) })));
  return locks.flatMap(({ path, content }) => (content ? [{ path, owner: parseOwner(content.toString()) }] : []));
}

/** Undefined for a lock that cannot be read, which must be taken for a living one. */
function parseOwner(text: string): Owner | undefined {
  try {
    const json: unknown = JSON.parse(text);
    if (isObject(json) && typeof json["pid"] === "number" && typeof json["hostname"] === "string") {
      return json as unknown as Owner;
    }
  } catch {
    // Half written, or not a lock of a version that we know.
  }
  return undefined;
}

function describe(owner: Owner | undefined): string {
  if (!owner) return "a lock file that cannot be read";
  return `${owner.username}@${owner.hostname} (pid ${owner.pid}, since ${owner.timestamp})`;
}

function describeSelf(): Owner {
  return {
    pid: process.pid,
    username: whereSupported(() => userInfo().username) ?? String(process.getuid?.()),
    hostname: hostname(),
    timestamp: new Date().toISOString(),
    processStart: processStart(process.pid),
    pidNamespace: pidNamespace(),
  };
}

function isDead(owner: Owner): boolean {
  if (owner.hostname !== hostname()) return false;
  if (owner.pidNamespace !== undefined && owner.pidNamespace !== pidNamespace()) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return isErrno(error, "ESRCH");
  }
  return owner.processStart !== undefined && owner.processStart !== processStart(owner.pid);
}

/** The 22nd field of /proc/<pid>/stat, counted behind the command's name, which may hold blanks. */
function processStart(pid: number): string | undefined {
  return whereSupported(
    () =>
      readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ")[19],
  );
}

function pidNamespace(): string | undefined {
  return whereSupported(() => readlinkSync("/proc/self/ns/pid"));
}

function whereSupported<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
