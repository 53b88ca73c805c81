import { createHash, createPublicKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { objectIdentifier, octetString } from "./der";
import { membersOf, readDer } from "./der-reader";
import { KEYS_REMEMBERED, remembered } from "./remembered";

/** What is read of a SubjectPublicKeyInfo in DER (RFC 5280, 4.1), without decoding the key where that can be: it is slow in OpenSSL. */

const ED25519 = objectIdentifier("1.3.101.112");

/** The key that it holds. */
export const parsePublicKey = remembered(KEYS_REMEMBERED, (spki: Buffer): KeyObject =>
  createPublicKey({ key: spki, format: "der", type: "spki" }),
);

/** The key itself: PKCS#1 for RSA, the uncompressed point for an elliptic curve, 32 bytes for Ed25519. */
export function rawPublicKey(spki: Buffer): Buffer {
  const [, bits] = membersOf(readDer(spki));
  return (bits?.content ?? Buffer.alloc(0)).subarray(1);
}

/**
 * The subject key identifier of the official provider: SHA-1 of the key itself, for Ed25519 of the key as an OCTET
 * STRING.
 */
export function subjectKeyIdOf(spki: Buffer): Buffer {
  const raw = rawPublicKey(spki);
  const [algorithm] = membersOf(readDer(spki));
  const isEd25519 = membersOf(algorithm)[0]?.der.equals(ED25519) ?? false;
  return createHash("sha1")
    .update(isEd25519 ? octetString(raw) : raw)
    .digest();
}
