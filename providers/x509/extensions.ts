import { isIPv4, isIPv6 } from "node:net";
import { integer, namedBits, objectIdentifier, octetString, primitive, sequence, trueValue } from "./der";

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

export const EXTENSION_REQUEST = "1.2.840.113549.1.9.14";
export const SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
export const SUBJECT_KEY_IDENTIFIER = "2.5.29.14";

const OIDS = {
  subjectKeyIdentifier: SUBJECT_KEY_IDENTIFIER,
  keyUsage: "2.5.29.15",
  subjectAlternativeName: SUBJECT_ALTERNATIVE_NAME,
  basicConstraints: "2.5.29.19",
  authorityKeyIdentifier: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
} as const;

function extension(kind: keyof typeof OIDS, critical: boolean, value: Buffer): Buffer {
  const flag = critical ? [trueValue()] : [];
  return sequence(objectIdentifier(OIDS[kind]), ...flag, octetString(value));
}

/** Kinds of alternative names by their tag, in the order in which Go writes them (RFC 5280, 4.2.1.6). */
export const GENERAL_NAMES = { dns: 2, ip: 7, uri: 6 } as const;

export interface AlternativeNames {
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly uris: readonly string[];
}

/** Each name in DER. */
export function encodeNames({ dnsNames, ipAddresses, uris }: AlternativeNames): Buffer[] {
  return [
    ...dnsNames.map((name) => primitive(GENERAL_NAMES.dns, Buffer.from(name, "latin1"))),
    ...ipAddresses.map((address) => primitive(GENERAL_NAMES.ip, ipBytes(address))),
    ...uris.map((uri) => primitive(GENERAL_NAMES.uri, Buffer.from(uri, "latin1"))),
  ];
}

export interface ExtensionsOf {
  readonly allowedUses: readonly string[];
  readonly isCa: boolean;
  readonly maxPathLength?: number;
  readonly subjectKeyId?: Buffer;
  readonly authorityKeyId?: Buffer;
  /** In DER. */
  readonly names: readonly Buffer[];
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
export function encodeAlternativeNames(names: readonly Buffer[], critical: boolean): Buffer[] {
  return names.length === 0 ? [] : [extension("subjectAlternativeName", critical, sequence(...names))];
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
