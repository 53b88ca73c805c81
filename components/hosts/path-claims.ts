import { posix } from "node:path";

export interface FileClaim {
  readonly path: string;
  readonly kind: "whole" | "block" | "seed";
  /** Of a block. */
  readonly marker?: string;
}

export interface DirectoryClaim {
  readonly path: string;
  readonly owner: string;
  readonly group: string;
  readonly mode: string;
}

interface Held {
  readonly by: string;
  readonly what: string;
}

/**
 * Who places what on which host, for the whole stack: two resources that place one path would undo one another at
 * every update. A file may hold several blocks, and a directory may be shared by sets that agree about it.
 */
export class PathClaims {
  readonly #files = new Map<string, Map<string, Held>>();
  readonly #directories = new Map<string, Held>();

  /**
   * @param by who claims, for the error
   * @throws Error naming host, path and both claimants
   */
  claim(host: string, by: string, files: readonly FileClaim[], directories: readonly DirectoryClaim[] = []): void {
    for (const directory of directories) this.#claimDirectory(host, by, directory);
    for (const file of files) this.#claimFile(host, by, file);
  }

  #claimFile(host: string, by: string, file: FileClaim): void {
    requireNormalised(host, by, file.path);
    const place = `${host}:${file.path}`;
    if (this.#directories.has(place)) throw conflict(host, file.path, by, this.#directories.get(place));
    const held = this.#files.get(place) ?? new Map<string, Held>();
    const what = file.kind === "block" ? `block ${file.marker ?? ""}` : "file";
    for (const [, other] of held) {
      if (what === "file" || other.what === "file" || other.what === what) throw conflict(host, file.path, by, other);
    }
    held.set(what, { by, what });
    this.#files.set(place, held);
  }

  #claimDirectory(host: string, by: string, { path, owner, group, mode }: DirectoryClaim): void {
    requireNormalised(host, by, path);
    const place = `${host}:${path}`;
    const [file] = this.#files.get(place)?.values() ?? [];
    if (file !== undefined) throw conflict(host, path, by, file);
    const what = `${owner}:${group} ${mode}`;
    const other = this.#directories.get(place);
    if (other !== undefined && other.what !== what) {
      throw new Error(
        `${host}:${path} is claimed by ${by} as ${what} and by ${other.by} as ${other.what}: give both the same owner and mode.`,
      );
    }
    this.#directories.set(place, other ?? { by, what });
  }
}

function requireNormalised(host: string, by: string, path: string): void {
  if (!posix.isAbsolute(path) || posix.normalize(path) !== path || path.endsWith("/")) {
    throw new Error(
      `${host}:${path} is claimed by ${by}: write the path absolute, without "..", "//" or a "/" at its end.`,
    );
  }
}

function conflict(host: string, path: string, by: string, other: Held | undefined): Error {
  return new Error(`${host}:${path} is claimed by ${by} and by ${other?.by}: let one of them place it.`);
}
