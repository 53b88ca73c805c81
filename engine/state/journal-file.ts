import { createHash } from "node:crypto";
import { writeSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";
import { fileError, writeDurably } from "./durable-file";

/**
 * An append-only log of JSON lines, each led by a checksum over itself and all lines before it. What was not written to
 * its end before a crash fails its checksum and is dropped, with everything after it: none of it was ever acknowledged.
 */

const CHECKSUM_DIGITS = 16;
const NEWLINE = 0x0a;

export interface ParsedJournal {
  readonly entries: readonly unknown[];
  /** Bytes at the end that make no whole line. */
  readonly tornBytes: number;
  /** Where appending goes on. */
  readonly end: JournalEnd;
}

export interface JournalEnd {
  readonly size: number;
  readonly checksum: string;
}

export function parseJournal(content: Buffer): ParsedJournal {
  const entries: unknown[] = [];
  let checksum = "";
  let size = 0;
  for (let stop = content.indexOf(NEWLINE); stop >= 0; stop = content.indexOf(NEWLINE, size)) {
    const line = content.toString("utf8", size, stop);
    const json = line.slice(CHECKSUM_DIGITS + 1);
    const expected = chain(checksum, json);
    if (line.slice(0, CHECKSUM_DIGITS + 1) !== `${expected} `) break;
    entries.push(JSON.parse(json));
    checksum = expected;
    size = stop + 1;
  }
  return { entries, tornBytes: content.length - size, end: { size, checksum } };
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The log open for appending. Appends that arrive while others are being synced share the next sync. Lines that could
 * not be written are kept and written before newer ones, so the log on disk never has a gap.
 */
export class JournalFile {
  readonly #path: string;
  readonly #file: FileHandle;
  #size: number;
  #checksum: string;
  readonly #unwritten: string[] = [];
  #waiters: Waiter[] = [];
  #draining: Promise<void> | undefined;

  private constructor(path: string, file: FileHandle, end: JournalEnd) {
    this.#path = path;
    this.#file = file;
    this.#size = end.size;
    this.#checksum = end.checksum;
  }

  /** Replaces whatever journal lies at the path by one with these entries, in one step. */
  static async create(path: string, entries: readonly object[]): Promise<JournalFile> {
    let checksum = "";
    let content = "";
    for (const entry of entries) {
      const json = JSON.stringify(entry);
      checksum = chain(checksum, json);
      content += `${checksum} ${json}\n`;
    }
    await writeDurably(path, content);
    return JournalFile.reopen(path, { size: Buffer.byteLength(content), checksum });
  }

  /** Goes on behind the last whole line. */
  static async reopen(path: string, end: JournalEnd): Promise<JournalFile> {
    return new JournalFile(path, await open(path, "r+"), end);
  }

  /** Resolves when the entry is on disk. Entries stand in the order of the calls. */
  append(entry: object): Promise<void> {
    const json = JSON.stringify(entry);
    this.#checksum = chain(this.#checksum, json);
    this.#unwritten.push(`${this.#checksum} ${json}\n`);
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  async close(): Promise<void> {
    await this.#draining;
    await this.#file.close();
  }

  async #drain(): Promise<void> {
    // Calls of one turn of the event loop go into the first batch together.
    await Promise.resolve();
    while (this.#waiters.length > 0) {
      const waiters = this.#waiters;
      const count = this.#unwritten.length;
      this.#waiters = [];
      try {
        await this.#write(Buffer.from(this.#unwritten.join("")));
        this.#unwritten.splice(0, count);
        for (const waiter of waiters) waiter.resolve();
      } catch (error) {
        const failure = fileError("write", this.#path, error);
        for (const waiter of waiters) waiter.reject(failure);
      }
    }
    this.#draining = undefined;
  }

  /** Handing a few kilobytes to the system costs less than handing them to another thread; only the disk is waited for. */
  async #write(bytes: Buffer): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      done += writeSync(this.#file.fd, bytes, done, bytes.length - done, this.#size + done);
    }
    await this.#file.datasync();
    this.#size += bytes.length;
  }
}

function chain(previous: string, json: string): string {
  return createHash("sha256").update(previous).update(json).digest("hex").slice(0, CHECKSUM_DIGITS);
}
