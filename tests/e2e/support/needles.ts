import { createPrivateKey } from "node:crypto";
import { closeSync, openSync, readSync, readdirSync, statSync } from "node:fs";
import * as path from "node:path";
import { utils } from "ssh2";

/** Bytes that give a secret away, and which secret that is. */
export interface Needle {
  readonly secret: string;
  readonly bytes: Buffer;
}

const PRIVATE_KEY = /-----BEGIN ([A-Z ]*)PRIVATE KEY-----\n([\s\S]+?)\n-----END/;
/** Shorter ones occur by chance. */
const MIN_LENGTH = 12;

/**
 * The forms in which a secret may show: as it is, in base64 wherever it begins in what was encoded, in hexadecimal
 * digits; of a private key, the secret number in it, also as the key's own PEM has it.
 *
 * @param named secrets by what a failing test calls them; texts of several lines that are no keys are left out, as
 *   what is secret in them has names of its own
 */
export function needles(named: ReadonlyMap<string, string>): Needle[] {
  return [...named].flatMap(([secret, text]) => {
    const forms = PRIVATE_KEY.test(text) ? keyForms(text) : text.includes("\n") ? [] : allForms(Buffer.from(text));
    return forms.filter((bytes) => bytes.length >= MIN_LENGTH).map((bytes) => ({ secret, bytes }));
  });
}

function keyForms(pem: string): Buffer[] {
  const [, format = "", text = ""] = PRIVATE_KEY.exec(pem) ?? [];
  const number = secretNumber(pem, format);
  const lines = text.split("\n");
  const at = Buffer.from(lines.join(""), "base64").indexOf(number);
  if (at < 0) throw new Error(`The secret number of a key is not found in its ${format}PEM.`);
  // Of four characters each three bytes: those that hold nothing but the number, line by line.
  const [from, to] = [Math.ceil(at / 3) * 4, Math.floor((at + number.length) / 3) * 4];
  const parts = lines.map((line, index) => {
    const start = index * (lines[0]?.length ?? 0);
    return Buffer.from(line.slice(Math.max(0, from - start), Math.max(0, to - start)));
  });
  return [...allForms(number), ...parts, ...parts.flatMap((part) => inBase64(part))];
}

function secretNumber(pem: string, format: string): Buffer {
  const parsed = format === "OPENSSH " ? utils.parseKey(pem) : undefined;
  if (parsed instanceof Error) throw parsed;
  const { d = "" } = createPrivateKey(parsed?.getPrivatePEM() ?? pem).export({ format: "jwk" });
  return Buffer.from(d, "base64url");
}

function allForms(bytes: Buffer): Buffer[] {
  return [bytes, Buffer.from(bytes.toString("hex")), ...inBase64(bytes)];
}

function inBase64(bytes: Buffer): Buffer[] {
  return [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
    // At both ends characters depend on what stands beside.
    return Buffer.from(text.slice(shift === 0 ? 0 : 4, Math.floor((shift + bytes.length) / 3) * 4));
  });
}

/** Finds many needles in one pass. */
export class Finder {
  private readonly byStart = new Map<number, Needle[]>();
  private readonly starts = new Uint8Array(1 << 16);

  constructor(all: readonly Needle[]) {
    for (const needle of all) {
      const start = needle.bytes.readUInt16LE(0);
      this.starts[start] = 1;
      this.byStart.set(start, [...(this.byStart.get(start) ?? []), needle]);
    }
  }

  /** The names of the secrets that show in these bytes. */
  inBytes(bytes: Buffer): Set<string> {
    const found = new Set<string>();
    for (let i = 0, start = bytes[0] ?? 0; i + 1 < bytes.length; i++) {
      const next = bytes[i + 1] ?? 0;
      start |= next << 8;
      if (this.starts[start] === 1) {
        for (const needle of this.byStart.get(start) ?? []) {
          if (bytes.compare(needle.bytes, 0, undefined, i, Math.min(i + needle.bytes.length, bytes.length)) === 0) {
            found.add(needle.secret);
          }
        }
      }
      start = next;
    }
    return found;
  }

  inText(text: string): Set<string> {
    return this.inBytes(Buffer.from(text));
  }

  /** Every regular file in a folder in which secrets show, and which; files that vanish meanwhile hold none. */
  inFolder(folder: string): Map<string, Set<string>> {
    const found = new Map<string, Set<string>>();
    for (const file of filesIn(folder)) {
      const secrets = this.inBytes(readWhole(file));
      if (secrets.size > 0) found.set(file, secrets);
    }
    return found;
  }
}

function* filesIn(folder: string): Generator<string> {
  for (const entry of quietly(() => readdirSync(folder, { withFileTypes: true })) ?? []) {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* filesIn(place);
    else if (entry.isFile()) yield place;
  }
}

function readWhole(file: string): Buffer {
  const descriptor = quietly(() => openSync(file, "r"));
  if (descriptor === undefined) return Buffer.alloc(0);
  try {
    const bytes = Buffer.alloc(statSync(file, { throwIfNoEntry: false })?.size ?? 0);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(descriptor);
  }
}

function quietly<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}
