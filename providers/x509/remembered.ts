import { createHash } from "node:crypto";

/**
 * A parser that remembers its last `limit` results, so that a CA's key is parsed once for a thousand certificates.
 * Texts are kept by hash only. Failures are not remembered.
 */
export function remembered<T>(limit: number, parse: (text: string) => T): (text: string) => T {
  const results = new Map<string, T>();
  return (text) => {
    const key = createHash("sha256").update(text).digest("base64");
    const known = results.get(key);
    const result = known ?? parse(text);
    results.delete(key);
    results.set(key, result);
    if (results.size > limit) {
      const oldest = results.keys().next();
      if (oldest.done !== true) results.delete(oldest.value);
    }
    return result;
  };
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
