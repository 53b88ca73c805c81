import { createHash } from "node:crypto";

/** Keys that an update makes or reads are used again soon, by the certificates that follow: a few kilobytes each. */
export const KEYS_REMEMBERED = 2048;

export interface Remembered<In extends string | Buffer, T> {
  (text: In): T;
  /** What `parse` would make of a text that was just written. */
  remember(text: In, result: T): void;
}

/**
 * A parser that remembers its last `limit` results, so that a CA's key is parsed once for a thousand certificates.
 * Texts are kept by hash only. Failures are not remembered.
 */
export function remembered<In extends string | Buffer, T>(limit: number, parse: (text: In) => T): Remembered<In, T> {
  const results = new Map<string, T>();
  const hash = (text: In): string => createHash("sha256").update(text).digest("base64");
  const keep = (key: string, result: T): void => {
    results.delete(key);
    results.set(key, result);
    if (results.size <= limit) return;
    const oldest = results.keys().next();
    if (oldest.done !== true) results.delete(oldest.value);
  };
  const look = (text: In): T => {
    const key = hash(text);
    const result = results.get(key) ?? parse(text);
    keep(key, result);
    return result;
  };
  return Object.assign(look, { remember: (text: In, result: T) => keep(hash(text), result) });
}

/** What is derived of an object, once for its life: OpenSSL takes longer to encode a key than to sign with it. */
export function derivedOnce<K extends object, V>(derive: (of: K) => V): (of: K) => V {
  const results = new WeakMap<K, V>();
  return (of) => {
    const known = results.get(of);
    if (known !== undefined) return known;
    const result = derive(of);
    results.set(of, result);
    return result;
  };
}
