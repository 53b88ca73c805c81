import { constants } from "node:fs";
import { copyFile, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { isNativeError } from "node:util/types";
import { StateError } from "./errors";

/** Files of the state: read and written by their owner alone, whole or not at all. */

const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** The file's bytes; undefined when there is none. */
export async function readIfExists(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw fileError("read", path, error);
  }
}

/** Replaces the file in one step that survives a power failure. */
export async function writeDurably(path: string, content: string, mode = FILE_MODE): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await makeFolder(dirname(path));
    await rm(temporary, { force: true });
    const file = await open(temporary, "wx", mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw fileError("write", path, error);
  }
}

/** Copies a file that exists, in one step, for a backup beside the original. */
export async function copyDurably(from: string, to: string): Promise<void> {
  const temporary = `${to}.${process.pid}.tmp`;
  try {
    await makeFolder(dirname(to));
    await copyFile(from, temporary, constants.COPYFILE_FICLONE);
    const file = await open(temporary, "r+");
    try {
      await file.chmod(FILE_MODE);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, to);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw fileError("write", to, error);
  }
}

export async function removeDurably(path: string): Promise<void> {
  try {
    await rm(path, { force: true });
    await syncFolder(dirname(path));
  } catch (error) {
    if (!isErrno(error, "ENOENT")) throw fileError("remove", path, error);
  }
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: FOLDER_MODE });
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

export function isErrno(error: unknown, code: string): boolean {
  return isNativeError(error) && "code" in error && error.code === code;
}

const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full; free some space and run again",
  EDQUOT: "the disk quota is used up; free some space and run again",
  EROFS: "the file system is read-only; choose another backend folder or remount it",
  EACCES: "this user may not; correct the rights of the folder",
  EPERM: "this user may not; correct the rights of the folder",
};

export function fileError(verb: string, path: string, error: unknown): StateError {
  if (error instanceof StateError) return error;
  const code = isNativeError(error) && "code" in error ? String(error.code) : "";
  const reason = ADVICE[code] ?? (isNativeError(error) ? error.message : String(error));
  return new StateError(`cannot ${verb} ${path}: ${reason}`, { cause: error });
}
