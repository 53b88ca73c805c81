import { randomBytes } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { bitString, constructed, integer, nullValue, objectIdentifier, sequence, setOf, time } from "./der";
import { encodeExtensions, EXTENSION_REQUEST } from "./extensions";
import type { ExtensionsOf } from "./extensions";
import { kindOf } from "./key-kind";
import { derOfPublicKey, signBytes } from "./keys";
import { isEmptyName } from "./distinguished-name";

/** What a certificate says, apart from what the signing adds. Names and key are in DER. */
export interface CertificateTemplate extends Omit<ExtensionsOf, "emptySubject"> {
  readonly subject: Buffer;
  readonly issuer: Buffer;
  readonly publicKey: Buffer;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

export interface SignedCertificate {
  readonly serialNumber: bigint;
  readonly der: Buffer;
}

const V3 = 2;
const HOUR_MS = 3_600_000;

/** Longer periods overflow the official provider's clock (292 years). */
export const MAX_VALIDITY_HOURS = 2_562_047;
export const hoursAfter = (date: Date, hours: number): Date => new Date(date.getTime() + hours * HOUR_MS);

/** A version 3 certificate (RFC 5280, 4.1) with a random serial number of 128 bits. */
export async function signCertificate(of: CertificateTemplate, signer: KeyObject): Promise<SignedCertificate> {
  const serialNumber = BigInt(`0x${randomBytes(16).toString("hex")}`);
  const tbs = sequence(
    constructed(0, integer(V3)),
    integer(serialNumber),
    signatureAlgorithm(signer),
    of.issuer,
    sequence(time(of.notBefore), time(of.notAfter)),
    of.subject,
    of.publicKey,
    constructed(3, sequence(...encodeExtensions({ ...of, emptySubject: isEmptyName(of.subject) }))),
  );
  return { serialNumber, der: await signed(tbs, signer) };
}

/** A certification request (RFC 2986), with extensions as its only attribute. */
export async function signRequest(subject: Buffer, extensions: readonly Buffer[], key: KeyObject): Promise<Buffer> {
  const attributes =
    extensions.length === 0 ? [] : [sequence(objectIdentifier(EXTENSION_REQUEST), setOf(sequence(...extensions)))];
  return signed(sequence(integer(0), subject, derOfPublicKey(key), constructed(0, ...attributes)), key);
}

async function signed(content: Buffer, signer: KeyObject): Promise<Buffer> {
  return sequence(content, signatureAlgorithm(signer), bitString(await signBytes(signer, content)));
}

const SIGNATURE_OIDS = {
  RSA: "1.2.840.113549.1.1.11",
  ED25519: "1.3.101.112",
  P224: "1.2.840.10045.4.3.2",
  P256: "1.2.840.10045.4.3.2",
  P384: "1.2.840.10045.4.3.3",
  P521: "1.2.840.10045.4.3.4",
} as const;

/** SHA-256 with RSA and with P-224 and P-256, SHA-384 with P-384, SHA-512 with P-521, as Go chooses. */
function signatureAlgorithm(key: KeyObject): Buffer {
  const kind = kindOf(key);
  const oid = SIGNATURE_OIDS[kind.algorithm === "ECDSA" ? kind.curve : kind.algorithm];
  // RFC 4055 wants the NULL for RSA; RFC 5758 and RFC 8410 forbid it for the others.
  return sequence(objectIdentifier(oid), ...(kind.algorithm === "RSA" ? [nullValue()] : []));
}
