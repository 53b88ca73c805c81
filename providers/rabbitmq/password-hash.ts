import { createHash, timingSafeEqual } from "node:crypto";

/** By the broker's names. Source: RabbitMQ's documentation on password hashes ("Credentials and Passwords"). */
const ALGORITHMS: Readonly<Record<string, string>> = {
  rabbit_password_hashing_sha256: "sha256",
  rabbit_password_hashing_sha512: "sha512",
  rabbit_password_hashing_md5: "md5",
};
const SALT_BYTES = 4;

interface Hashed {
  /** Base64 of the salt and the digest of salt and password; absent where the broker does not tell it. */
  readonly password_hash?: string;
  readonly hashing_algorithm?: string;
}

/** Whether the hash is one of this password; undefined when the broker tells no hash, or one of its own making. */
export function passwordMatches(password: string, { password_hash: hash, hashing_algorithm }: Hashed) {
  const algorithm = ALGORITHMS[hashing_algorithm ?? ""];
  if (hash === undefined || algorithm === undefined) return undefined;
  const stored = Buffer.from(hash, "base64");
  const salt = stored.subarray(0, SALT_BYTES);
  const computed = Buffer.concat([salt, createHash(algorithm).update(salt).update(password, "utf8").digest()]);
  return computed.length === stored.length && timingSafeEqual(computed, stored);
}
