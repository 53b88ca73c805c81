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
