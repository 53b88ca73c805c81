import { createHash, createPrivateKey, createPublicKey, generateKeyPair, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { remembered } from "./remembered";

export const CURVES = {
  P224: { node: "secp224r1", digest: "sha256", ssh: undefined },
  P256: { node: "prime256v1", digest: "sha256", ssh: "nistp256" },
  P384: { node: "secp384r1", digest: "sha384", ssh: "nistp384" },
  P521: { node: "secp521r1", digest: "sha512", ssh: "nistp521" },
} as const;
export type Curve = keyof typeof CURVES;

export type Algorithm = "RSA" | "ECDSA" | "ED25519";
export const ALGORITHMS: readonly Algorithm[] = ["RSA", "ECDSA", "ED25519"];

export type KeyKind =
  | { readonly algorithm: "RSA" }
  | { readonly algorithm: "ECDSA"; readonly curve: Curve }
  | { readonly algorithm: "ED25519" };

/** The callback form of key generation runs on the thread pool, so that several RSA keys are made at once. */
const generate = promisify(generateKeyPair) as (type: string, options: object) => Promise<{ privateKey: KeyObject }>;

export async function generateKey(algorithm: Algorithm, rsaBits: number, curve: Curve): Promise<KeyObject> {
  switch (algorithm) {
    case "RSA":
      return (await generate("rsa", { modulusLength: rsaBits })).privateKey;
    case "ECDSA":
      return (await generate("ec", { namedCurve: CURVES[curve].node })).privateKey;
    case "ED25519":
      return (await generate("ed25519", {})).privateKey;
  }
}

/** Throws when the key is of none of the supported kinds. */
export function kindOf(key: KeyObject): KeyKind {
  switch (key.asymmetricKeyType) {
    case "rsa":
      return { algorithm: "RSA" };
    case "ed25519":
      return { algorithm: "ED25519" };
    case "ec": {
      const name = key.asymmetricKeyDetails?.namedCurve;
      const curve = (Object.keys(CURVES) as Curve[]).find((candidate) => CURVES[candidate].node === name);
      if (curve !== undefined) return { algorithm: "ECDSA", curve };
      throw new Error(
        `the elliptic curve ${name ?? "of the key"} is not supported: use ${Object.keys(CURVES).join(", ")}`,
      );
    }
    default:
      throw new Error(
        `keys of type ${key.asymmetricKeyType ?? "unknown"} are not supported: use ${ALGORITHMS.join(", ")}`,
      );
  }
}

const PRIVATE_KEY_LABELS = ["RSA PRIVATE KEY", "EC PRIVATE KEY", "PRIVATE KEY"];

/** A private key in PKCS#1, SEC 1 or PKCS#8 PEM. Throws an error that shows nothing of it. */
export const parsePrivateKey = remembered(64, (pem: string): KeyObject => {
  const label = pemLabel(pem);
  if (label === undefined || !PRIVATE_KEY_LABELS.includes(label)) {
    throw new Error(
      `is not a private key in PEM: it begins with ${label === undefined ? "no PEM header" : `"${label}"`}, ` +
        `expected is one of ${PRIVATE_KEY_LABELS.map((known) => `"${known}"`).join(", ")}`,
    );
  }
  const key = withoutDetails(() => createPrivateKey(pem), "is damaged or encrypted; give an unencrypted private key");
  kindOf(key);
  return key;
});

export function pemLabel(pem: string): string | undefined {
  return /^-----BEGIN ([A-Z0-9 ]+)-----$/m.exec(pem)?.[1];
}

function withoutDetails<T>(attempt: () => T, message: string): T {
  try {
    return attempt();
  } catch {
    throw new Error(message);
  }
}

export const derOfPublicKey = (key: KeyObject): Buffer => publicOf(key).export({ type: "spki", format: "der" });
export const publicOf = (key: KeyObject): KeyObject => (key.type === "public" ? key : createPublicKey(key));

/** The uncompressed point of an elliptic curve key, or the 32 bytes of an Ed25519 key: the end of its SPKI. */
export function rawPublicKey(key: KeyObject, kind: Exclude<KeyKind, { algorithm: "RSA" }>): Buffer {
  const der = derOfPublicKey(key);
  return der.subarray(-(kind.algorithm === "ED25519" ? 32 : POINT_BYTES[kind.curve]));
}

const POINT_BYTES: Readonly<Record<Curve, number>> = { P224: 57, P256: 65, P384: 97, P521: 133 };

/** Signs on the thread pool. ECDSA signatures are DER, as X.509 wants them. */
export function signBytes(key: KeyObject, data: Uint8Array): Promise<Buffer> {
  const digest = digestOf(kindOf(key));
  return new Promise((resolve, reject) => {
    sign(digest, data, key, (error, signature) => (error === null ? resolve(signature) : reject(error)));
  });
}

function digestOf(kind: KeyKind): string | null {
  switch (kind.algorithm) {
    case "RSA":
      return "sha256";
    case "ECDSA":
      return CURVES[kind.curve].digest;
    case "ED25519":
      return null;
  }
}

/**
 * The id that the official provider gives: SHA-1, after Go's strings.TrimSpace on the raw bytes, which takes them as
 * UTF-8 and so cuts a byte that happens to be a blank at either end.
 */
export function stateId(der: Buffer): string {
  return createHash("sha1").update(trimSpace(der)).digest("hex");
}

const isBlank = (bytes: Buffer, at: number): boolean => {
  const byte = bytes[at] ?? -1;
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
};
/** U+0085 and U+00A0, in UTF-8. */
const isWideBlank = (bytes: Buffer, at: number): boolean =>
  bytes[at] === 0xc2 && (bytes[at + 1] === 0x85 || bytes[at + 1] === 0xa0);

function trimSpace(bytes: Buffer): Buffer {
  let start = 0;
  let end = bytes.length;
  while (start < end && (isBlank(bytes, start) || isWideBlank(bytes, start))) start += isBlank(bytes, start) ? 1 : 2;
  while (end > start && (isBlank(bytes, end - 1) || isWideBlank(bytes, end - 2)))
    end -= isBlank(bytes, end - 1) ? 1 : 2;
  return bytes.subarray(start, end);
}

export function toPem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
