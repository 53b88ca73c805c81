/** A writer of DER, the encoding of X.509 (ITU-T X.690). Each function returns one complete value. */

export function tlv(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), encodeLength(content.length), content]);
}

function encodeLength(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes = Buffer.from(toEvenHex(length), "hex");
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
}

function toEvenHex(value: number | bigint): string {
  const hex = value.toString(16);
  return hex.length % 2 === 0 ? hex : `0${hex}`;
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => tlv(0x30, ...parts);
export const octetString = (content: Uint8Array): Buffer => tlv(0x04, content);
export const nullValue = (): Buffer => tlv(0x05);
export const trueValue = (): Buffer => tlv(0x01, Buffer.from([0xff]));

/** DER sorts the members of a SET OF by their encoding. */
export const setOf = (...members: readonly Uint8Array[]): Buffer => tlv(0x31, ...[...members].sort(Buffer.compare));

/** `[n]` around complete values, or in place of a value's own tag when that is constructed. */
export const constructed = (n: number, ...parts: readonly Uint8Array[]): Buffer => tlv(0xa0 | n, ...parts);
/** `[n]` in place of the tag of a primitive value. */
export const primitive = (n: number, content: Uint8Array): Buffer => tlv(0x80 | n, content);

/** A non-negative INTEGER. */
export function integer(value: number | bigint): Buffer {
  const bytes = Buffer.from(toEvenHex(value), "hex");
  const signed = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
  return tlv(0x02, signed);
}

export function bitString(content: Uint8Array, unusedBits = 0): Buffer {
  return tlv(0x03, Buffer.from([unusedBits]), content);
}

/** A BIT STRING of named bits, the first of which is the highest: trailing zeros are cut. */
export function namedBits(bits: readonly number[]): Buffer {
  const last = Math.max(...bits);
  const bytes = Buffer.alloc((last >> 3) + 1);
  for (const bit of bits) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return bitString(bytes, 7 - (last & 7));
}

export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return tlv(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(arc: number): number[] {
  const digits = [arc & 0x7f];
  for (let high = Math.floor(arc / 128); high > 0; high = Math.floor(high / 128)) digits.unshift((high & 0x7f) | 0x80);
  return digits;
}

const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]*$/;

/** PrintableString where its alphabet suffices, else UTF8String: what Go's encoding/asn1 chooses. */
export function directoryString(text: string): Buffer {
  return tlv(PRINTABLE.test(text) ? 0x13 : 0x0c, Buffer.from(text, "utf8"));
}

export const ia5String = (text: string): Buffer => tlv(0x16, Buffer.from(text, "latin1"));

/** UTCTime until 2049, GeneralizedTime from then on, in whole seconds (RFC 5280, 4.1.2.5). */
export function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/\.\d+/, "").replace(/[-:T]/g, "");
  const short = date.getUTCFullYear() >= 1950 && date.getUTCFullYear() < 2050;
  return short ? tlv(0x17, Buffer.from(digits.slice(2))) : tlv(0x18, Buffer.from(digits));
}
