import { createHash, createHmac } from "node:crypto";

import type { CheckFailure } from "../../base/provider";
import { containsSecret, containsUnknown, reveal, Secret, Unknown } from "../../base/values";
import { isPropertyMap, type PropertyMap, type Value } from "../../base/values";

/** A declared directory or file. */
export interface Item {
  /** Its place in the inputs: `files[2]`. */
  readonly property: string;
  /** By which it is found in outputs: the path, for a block with `#` and its marker. */
  readonly id: string;
  /** By which the host's ledger knows it. */
  readonly key: string;
  readonly kind: "directory" | "whole" | "block" | "seed";
  readonly path: string;
  readonly marker: string;
  readonly comment: string;
  readonly position: string;
  readonly adopt: boolean;
  /** Labels of which one is not known yet are absent; a block has them for the file that it may have to create. */
  readonly mode?: string;
  readonly owner?: string;
  readonly group?: string;
  /** Absent on directories and while it is not known. */
  readonly content?: string;
  readonly secret: boolean;
}

export interface Declared {
  readonly items: readonly Item[];
  /** Where in the inputs not even identity is known yet. */
  readonly unknown: readonly string[];
}

export function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

export function keyOf(text: string): string {
  return sha256Of(text).slice(0, 32);
}

/** The members of a list, each marked secret when the list is. */
function members(value: Value | undefined): readonly Value[] | undefined {
  if (value instanceof Secret) return members(value.value)?.map((member) => new Secret(member));
  return value instanceof Unknown ? undefined : Array.isArray(value) ? value : [];
}

export function declaredItems(inputs: PropertyMap): Declared {
  const lists = ["directories", "files"].map((list) => ({ list, values: members(inputs[list]) }));
  const found = lists.flatMap(({ list, values }) =>
    values === undefined
      ? [list]
      : values.map((value, index) => itemOf(`${list}[${index}]`, value, list === "directories") ?? `${list}[${index}]`),
  );
  return {
    items: found.filter((entry) => typeof entry !== "string"),
    unknown: found.filter((entry) => typeof entry === "string"),
  };
}

function itemOf(property: string, value: Value, directory: boolean): Item | undefined {
  const map = value instanceof Secret ? value.value : value;
  if (!isPropertyMap(map)) return undefined;
  const { path, kind = directory ? "directory" : "whole", marker = "", comment = "#", ...rest } = map;
  if (path === undefined || containsUnknown([path, kind, marker, comment])) return undefined;
  const identity = { path: text(path), kind: text(kind) as Item["kind"], marker: text(marker), comment: text(comment) };
  const isBlock = identity.kind === "block";
  const name = `${identity.marker}${identity.comment === "#" ? "" : ` (${identity.comment})`}`;
  const content = known(rest["content"]);
  return {
    ...identity,
    property,
    id: isBlock ? `${identity.path}#${name}` : identity.path,
    key: isBlock ? `${keyOf(identity.path)}_${keyOf(name).slice(0, 8)}` : keyOf(identity.path),
    position: known(rest["position"]) ?? "end",
    adopt: reveal(rest["adopt"] ?? false) === true,
    mode: known(rest["mode"])?.padStart(4, "0"),
    owner: known(rest["owner"]),
    group: known(rest["group"]),
    content: isBlock ? content?.replace(/[^\n]$/, "$&\n") : content,
    secret: value instanceof Secret || containsSecret(rest["content"] ?? null),
  };
}

function text(value: Value): string {
  return String(reveal(value));
}

function known(value: Value | undefined): string | undefined {
  return value === undefined || containsUnknown(value) ? undefined : text(value);
}

/** What is wrong between the parts of a set, each of which is right in itself. */
export function judgeFileSet(inputs: PropertyMap): CheckFailure[] {
  const { items, unknown } = declaredItems(inputs);
  const seen = new Map<string, Item>();
  const failures: CheckFailure[] = [];
  const fail = (property: string, reason: string) => failures.push({ property, reason });
  for (const item of items) {
    const other = seen.get(item.id) ?? (item.kind === "block" ? seen.get(item.path) : undefined);
    const over = [...seen.values()].find(({ kind, path }) => kind === "block" && path === item.path);
    const clash = other ?? (item.kind === "block" ? undefined : over);
    if (clash !== undefined) fail(`${item.property}.path`, `is ${item.id}, which ${clash.property} places already`);
    seen.set(item.id, item);
    if (item.kind === "block" && item.marker === "") fail(`${item.property}.marker`, "is missing: a block needs one");
  }
  const paths = new Set(items.map(({ path }) => path));
  const names = new Set<string>();
  (members(inputs["handlers"]) ?? []).forEach((value, index) => {
    const at = `handlers[${index}]`;
    const handler = value instanceof Secret ? value.value : value;
    if (!isPropertyMap(handler)) return;
    const name = known(handler["name"]);
    if (name !== undefined && names.has(name)) fail(`${at}.name`, `is ${name}, as another handler's`);
    if (name !== undefined) names.add(name);
    const service = ["action", "unit"].filter((key) => key in handler).length;
    if (service !== ("command" in handler ? 0 : 2)) fail(at, "has to have either action and unit, or a command");
    for (const path of members(handler["paths"]) ?? []) {
      const missing = !containsUnknown(path) && unknown.length === 0 && !paths.has(text(path));
      if (missing) fail(`${at}.paths`, `names ${text(path)}, which this set does not place`);
    }
  });
  return failures;
}

/** What is really there. */
export interface Actual {
  /**
   * Of a file's or block's content: `sha256:` and hex; `hmac-sha256:` where the content is secret; else what is there
   * instead, `not a file: symbolic link`, in words that stand in no message: where the content is secret, this is too.
   * Absent for seeds and directories.
   */
  readonly digest?: string;
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
}

/**
 * The digest of secret content is keyed: an unkeyed one would let anyone who reads the state try out guesses.
 * The HMAC is over the SHA-256, so that the host computes a plain one and never holds the key.
 */
export function digestOf(sha256: string, key: string | undefined): string {
  return key === undefined
    ? `sha256:${sha256}`
    : `hmac-sha256:${createHmac("sha256", key).update(sha256).digest("hex")}`;
}

export function contentMatches(content: string, digest: string | undefined, key: string): boolean {
  const sha256 = sha256Of(content);
  return digest === digestOf(sha256, undefined) || digest === digestOf(sha256, key);
}
