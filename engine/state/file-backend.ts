import { readdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { parse } from "yaml";
import type { HistoryEntry } from "./backend";
import { copyDurably, fileError, isErrno, readIfExists, removeDurably, writeDurably } from "./durable-file";
import { StateError } from "./errors";
import { isObject } from "./property-codec";

/**
 * The layout of a backend folder, as Pulumi's own CLI keeps it (its "diy" backend, version 1):
 * `.pulumi/{meta.yaml, stacks, history, backups, locks}`. The journal beside a stack's file is ours.
 */

const URL_PREFIX = "file://";
const NAME = /^[A-Za-z0-9_.-]{1,100}$/;
const CHECKPOINT = ".json";

/** The folder that a `file://` URL names; a relative one is looked up from `base`, `~` is the home folder. */
export function backendFolder(url: string, base: string): string {
  if (!url.startsWith(URL_PREFIX)) {
    throw new StateError(
      `the backend ${url} is not a folder; the embedded engine keeps state at file://<folder>, Pulumi's own CLI elsewhere`,
    );
  }
  const path = url.slice(URL_PREFIX.length).replace(/\?.*$/, "");
  if (path === "~" || path.startsWith("~/")) return join(homedir(), path.slice(1));
  return resolve(base, path);
}

/** Where the files of one stack lie. */
export interface StackPaths {
  readonly checkpoint: string;
  readonly journal: string;
  readonly history: string;
  readonly backups: string;
  readonly locks: string;
}

export function stackPaths(folder: string, project: string, name: string): StackPaths {
  for (const [what, value] of [
    ["project", project],
    ["stack", name],
  ] as const) {
    if (NAME.test(value) && value !== "." && value !== "..") continue;
    throw new StateError(`"${value}" is no ${what} name; use up to 100 letters, digits, "_", "-" and "."`);
  }
  const root = join(folder, ".pulumi");
  return {
    checkpoint: join(root, "stacks", project, name + CHECKPOINT),
    journal: join(root, "stacks", project, `${name}.journal`),
    history: join(root, "history", project, name),
    backups: join(root, "backups", project, name),
    locks: join(root, "locks", "organization", project, name),
  };
}

/** Fails on a layout of another version; true when the folder has its meta.yaml. */
export async function checkLayout(folder: string): Promise<boolean> {
  const path = join(folder, ".pulumi", "meta.yaml");
  const content = await readIfExists(path);
  if (content === undefined) {
    const legacy = await listFolder(join(folder, ".pulumi", "stacks"), CHECKPOINT);
    if (legacy.length === 0) return false;
    throw new StateError(`${folder} keeps stacks without projects; bring it up to date with \`pulumi state upgrade\``);
  }
  const meta: unknown = parse(content.toString());
  const version = isObject(meta) ? meta["version"] : undefined;
  if (version === 1) return true;
  throw new StateError(
    `${path} is of version ${String(version)}, not 1, which this engine reads; use Pulumi's own CLI`,
  );
}

export async function ensureLayout(folder: string): Promise<void> {
  if (!(await checkLayout(folder))) await writeDurably(join(folder, ".pulumi", "meta.yaml"), "version: 1\n");
}

/** The names of a folder's files of one suffix, without it, sorted; none when there is no such folder. */
export async function listFolder(folder: string, suffix: string): Promise<string[]> {
  try {
    const files = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile());
    const names = files.map((file) => file.name).filter((name) => name.endsWith(suffix));
    return names.map((name) => name.slice(0, -suffix.length)).sort();
  } catch (error) {
    if (isErrno(error, "ENOENT")) return [];
    throw fileError("read", folder, error);
  }
}

/** Every stack of the folder. */
export async function listStacks(folder: string): Promise<{ project: string; name: string }[]> {
  const stacks = join(folder, ".pulumi", "stacks");
  let projects: string[];
  try {
    const entries = await readdir(stacks, { withFileTypes: true });
    projects = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return [];
    throw fileError("read", stacks, error);
  }
  const found = await Promise.all(
    projects.sort().map(async (project) => {
      const plain = await listFolder(join(stacks, project), CHECKPOINT);
      const packed = await listFolder(join(stacks, project), `${CHECKPOINT}.gz`);
      return [...new Set([...plain, ...packed])].sort().map((name) => ({ project, name }));
    }),
  );
  return found.flat();
}

/** The checkpoint's text; undefined when there is no such stack. One that Pulumi's CLI compressed is unpacked. */
export async function readCheckpoint(paths: StackPaths): Promise<string | undefined> {
  const plain = await readIfExists(paths.checkpoint);
  if (plain) return plain.toString();
  const packed = await readIfExists(`${paths.checkpoint}.gz`);
  if (packed) return gunzipSync(packed).toString();
  if (!(await readIfExists(`${paths.checkpoint}.zst`))) return undefined;
  throw new StateError(`${paths.checkpoint}.zst: zstd is not read by this engine; unpack it with \`unzstd --rm\``);
}

/** Puts a new checkpoint in place; the one before it becomes the `.bak`. */
export async function writeCheckpoint(paths: StackPaths, text: string): Promise<void> {
  if (await readIfExists(paths.checkpoint)) await copyDurably(paths.checkpoint, `${paths.checkpoint}.bak`);
  await writeDurably(paths.checkpoint, text);
  await removeDurably(`${paths.checkpoint}.gz`);
}

/** Adds an update to the history and a copy of the state to history and backups. */
export async function recordUpdate(paths: StackPaths, name: string, entry: HistoryEntry): Promise<void> {
  const stamp = nanoseconds();
  await writeDurably(join(paths.history, `${name}-${stamp}.history.json`), JSON.stringify(entry));
  await copyDurably(paths.checkpoint, join(paths.history, `${name}-${stamp}.checkpoint.json`));
  await copyDurably(paths.checkpoint, join(paths.backups, `${name}.${stamp}.json`));
}

/** Most recent first. */
export async function readHistory(paths: StackPaths): Promise<HistoryEntry[]> {
  const names = (await listFolder(paths.history, ".history.json")).reverse();
  return Promise.all(
    names.map(async (name) => {
      const path = join(paths.history, `${name}.history.json`);
      return JSON.parse((await readIfExists(path))?.toString() ?? "{}") as HistoryEntry;
    }),
  );
}

/** Forgets the stack; its last state stays as `.bak`, as with Pulumi's CLI. */
export async function removeStackFiles(paths: StackPaths): Promise<void> {
  try {
    if (await readIfExists(paths.checkpoint)) await rename(paths.checkpoint, `${paths.checkpoint}.bak`);
    await rm(`${paths.checkpoint}.gz`, { force: true });
    await rm(paths.journal, { force: true });
    await rm(paths.history, { recursive: true, force: true });
  } catch (error) {
    throw fileError("remove", paths.checkpoint, error);
  }
}

/** Unix time in nanoseconds, rising within a process. */
function nanoseconds(): bigint {
  return BigInt(Date.now()) * 1_000_000n + (process.hrtime.bigint() % 1_000_000n);
}
