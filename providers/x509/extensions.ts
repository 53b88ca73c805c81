import { createHash } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { isIPv4, isIPv6 } from "node:net";
import { integer, namedBits, objectIdentifier, octetString, primitive, sequence, trueValue } from "./der";
import { kindOf, publicOf, rawPublicKey } from "./keys";

/** Bits of the KeyUsage extension (RFC 5280, 4.2.1.3) by the name in `allowedUses`. */
const KEY_USAGES: ReadonlyMap<string, number> = new Map([
  ["digital_signature", 0],
  ["content_commitment", 1],
  ["key_encipherment", 2],
  ["data_encipherment", 3],
  ["key_agreement", 4],
  ["cert_signing", 5],
  ["crl_signing", 6],
  ["encipher_only", 7],
  ["decipher_only", 8],
]);

/** Object identifiers of the ExtendedKeyUsage extension (RFC 5280, 4.2.1.12) by the name in `allowedUses`. */
const EXTENDED_KEY_USAGES: ReadonlyMap<string, string> = new Map([
  ["any_extended", "2.5.29.37.0"],
  ["server_auth", "1.3.6.1.5.5.7.3.1"],
  ["client_auth", "1.3.6.1.5.5.7.3.2"],
  ["code_signing", "1.3.6.1.5.5.7.3.3"],
  ["email_protection", "1.3.6.1.5.5.7.3.4"],
  ["ipsec_end_system", "1.3.6.1.5.5.7.3.5"],
  ["ipsec_tunnel", "1.3.6.1.5.5.7.3.6"],
  ["ipsec_user", "1.3.6.1.5.5.7.3.7"],
  ["timestamping", "1.3.6.1.5.5.7.3.8"],
  ["ocsp_signing", "1.3.6.1.5.5.7.3.9"],
  ["microsoft_server_gated_crypto", "1.3.6.1.4.1.311.10.3.3"],
  ["netscape_server_gated_crypto", "2.16.840.1.113730.4.1"],
  ["microsoft_commercial_code_signing", "1.3.6.1.4.1.311.2.1.22"],
  ["microsoft_kernel_code_signing", "1.3.6.1.4.1.311.61.1.1"],
]);

export const ALLOWED_USES: readonly string[] = [...KEY_USAGES.keys(), ...EXTENDED_KEY_USAGES.keys()].sort();

const OIDS = {
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAlternativeName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  authorityKeyIdentifier: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
} as const;

function extension(kind: keyof typeof OIDS, critical: boolean, value: Buffer): Buffer {
  const flag = critical ? [trueValue()] : [];
  return sequence(objectIdentifier(OIDS[kind]), ...flag, octetString(value));
}

export interface AlternativeNames {
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly uris: readonly string[];
}

export interface ExtensionsOf {
  readonly allowedUses: readonly string[];
  readonly isCa: boolean;
  readonly maxPathLength?: number;
  readonly subjectKeyId?: Buffer;
  readonly authorityKeyId?: Buffer;
  readonly names: AlternativeNames;
  readonly emptySubject: boolean;
}

/** The extensions of a certificate in the order in which Go writes them. */
export function encodeExtensions(of: ExtensionsOf): Buffer[] {
  const bits = lookUp(KEY_USAGES, of.allowedUses);
  const purposes = lookUp(EXTENDED_KEY_USAGES, of.allowedUses);
  return [
    ...(bits.length > 0 ? [extension("keyUsage", true, namedBits(bits))] : []),
    ...(purposes.length > 0 ? [extension("extendedKeyUsage", false, sequence(...purposes.map(objectIdentifier)))] : []),
    extension("basicConstraints", true, basicConstraints(of.isCa, of.maxPathLength)),
    ...(of.subjectKeyId ? [extension("subjectKeyIdentifier", false, octetString(of.subjectKeyId))] : []),
    ...(of.authorityKeyId
      ? [extension("authorityKeyIdentifier", false, sequence(primitive(0, of.authorityKeyId)))]
      : []),
    ...encodeAlternativeNames(of.names, of.emptySubject),
  ];
}

function lookUp<T>(table: ReadonlyMap<string, T>, uses: readonly string[]): T[] {
  return uses.map((use) => table.get(use)).filter((found) => found !== undefined);
}

/**
 * -1 and absent mean no limit. 0 is written: the official provider documents it so but leaves it out (Go wants an
 * extra flag for a zero), and a CA that was asked to issue no further CAs would be allowed to.
 */
function basicConstraints(isCa: boolean, maxPathLength: number | undefined): Buffer {
  if (!isCa) return sequence();
  const limit = maxPathLength === undefined || maxPathLength < 0 ? [] : [integer(maxPathLength)];
  return sequence(trueValue(), ...limit);
}

/** No extension when there is no name; critical when the subject is empty (RFC 5280, 4.2.1.6). */
export function encodeAlternativeNames(names: AlternativeNames, critical: boolean): Buffer[] {
  const encoded = [
    ...names.dnsNames.map((name) => primitive(2, Buffer.from(name, "latin1"))),
    ...names.ipAddresses.map((address) => primitive(7, ipBytes(address))),
    ...names.uris.map((uri) => primitive(6, Buffer.from(uri, "latin1"))),
  ];
  return encoded.length === 0 ? [] : [extension("subjectAlternativeName", critical, sequence(...encoded))];
}

export function isIpAddress(text: string): boolean {
  return isIPv4(text) || (isIPv6(text) && !text.includes("%"));
}

/** Network order; an IPv4 address in IPv6 notation becomes 4 bytes, as Go does it. */
function ipBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split(".").map(Number));
  // The URL parser expands embedded IPv4 notation and shortens zeros in one known way.
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":").map((group) => parseInt(group, 16)));
  const left = groups(head);
  const right = groups(tail ?? "");
  const words = [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
  const bytes = Buffer.from(words.flatMap((word) => [word >> 8, word & 0xff]));
  const mapped = bytes.subarray(0, 12).equals(Buffer.from("00000000000000000000ffff", "hex"));
  return mapped ? bytes.subarray(12) : bytes;
}

/**
 * The subject key identifier of the official provider: SHA-1 of the PKCS#1 key (RSA), of the point (ECDSA), or of the
 * key as an OCTET STRING (Ed25519).
 */
export function subjectKeyIdOf(key: KeyObject): Buffer {
  const kind = kindOf(key);
  switch (kind.algorithm) {
    case "RSA":
      return sha1(publicOf(key).export({ type: "pkcs1", format: "der" }));
    case "ECDSA":
      return sha1(rawPublicKey(key, kind));
    case "ED25519":
      return sha1(octetString(rawPublicKey(key, kind)));
  }
}

const sha1 = (bytes: Buffer): Buffer => createHash("sha1").update(bytes).digest();
