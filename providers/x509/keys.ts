import { createPrivateKey, createPublicKey, generateKeyPair, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { CURVES, kindOf } from "./key-kind";
import type { Algorithm, Curve, KeyKind } from "./key-kind";
import { decodeOr, pemLabel } from "./pem";
import { parsePublicKey } from "./public-key-info";
import { derivedOnce, KEYS_REMEMBERED, remembered } from "./remembered";

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

const PRIVATE_KEY_LABELS = ["RSA PRIVATE KEY", "EC PRIVATE KEY", "PRIVATE KEY"];

/** A private key in PKCS#1, SEC 1 or PKCS#8 PEM. Throws an error that shows nothing of it. */
export const parsePrivateKey = remembered(KEYS_REMEMBERED, (pem: string): KeyObject => {
  const label = pemLabel(pem);
  if (label === undefined || !PRIVATE_KEY_LABELS.includes(label)) {
    throw new Error(
      `is not a private key in PEM: it begins with ${label === undefined ? "no PEM header" : `"${label}"`}, ` +
        `expected is one of ${PRIVATE_KEY_LABELS.map((known) => `"${known}"`).join(", ")}`,
    );
  }
  const key = decodeOr("is damaged or encrypted; give an unencrypted private key", () => createPrivateKey(pem));
  kindOf(key);
  return key;
});

export const publicOf = derivedOnce((key: KeyObject): KeyObject =>
  key.type === "public" ? key : createPublicKey(key),
);

/** SubjectPublicKeyInfo (RFC 5280, 4.1). */
export const derOfPublicKey = derivedOnce((key: KeyObject): Buffer => {
  const der = publicOf(key).export({ type: "spki", format: "der" });
  parsePublicKey.remember(der, publicOf(key));
  return der;
});

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
