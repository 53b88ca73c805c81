import { createHash, createHmac, pbkdf2 as pbkdf2Callback, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const pbkdf2 = promisify(pbkdf2Callback);

/** What the server itself uses (`scram_iterations`). */
const ITERATIONS = 4096;

const VERIFIER = /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):(.+)$/;

/** True for what PostgreSQL stores as it is: a SCRAM-SHA-256 verifier or an md5 hash. */
export function isVerifier(password: string): boolean {
  return VERIFIER.test(password) || /^md5[0-9a-f]{32}$/.test(password);
}

/**
 * The SCRAM-SHA-256 verifier of a password, as PostgreSQL stores it, so that the password itself reaches neither
 * server nor server log. Source: RFC 5803, and `scram_build_secret` of PostgreSQL.
 */
export async function scramVerifier(
  password: string,
  salt = randomBytes(16),
  iterations = ITERATIONS,
): Promise<string> {
  const salted = await pbkdf2(saslprep(password), salt, iterations, 32, "sha256");
  const clientKey = createHmac("sha256", salted).update("Client Key").digest();
  const storedKey = createHash("sha256").update(clientKey).digest("base64");
  const serverKey = createHmac("sha256", salted).update("Server Key").digest("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}

/** Whether `stored`, as read from pg_authid, is a verifier of `password` for the role; md5 is salted with its name. */
export async function passwordMatches(password: string, stored: string, role: string): Promise<boolean> {
  if (password === stored) return true;
  const scram = VERIFIER.exec(stored);
  const computed = scram
    ? await scramVerifier(password, Buffer.from(scram[2] ?? "", "base64"), Number(scram[1]))
    : `md5${createHash("md5")
        .update(password + role)
        .digest("hex")}`;
  const [a, b] = [Buffer.from(computed), Buffer.from(stored)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** RFC 4013, as far as a client may send it; what it prohibits is used as it is, as PostgreSQL does. */
function saslprep(password: string): string {
  const mapped = password
    .replace(/\u00AD|\u034F|\u1806|[\u180B-\u180D]|[\u200B-\u200D]|\u2060|[\uFE00-\uFE0F]|\uFEFF/g, "")
    .replace(/\p{Zs}/gu, " ")
    .normalize("NFKC");
  return mapped === "" || /[\p{Cc}\p{Co}\p{Cs}]/u.test(mapped) ? password : mapped;
}
