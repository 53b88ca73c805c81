const ARMOUR =
  /^-----BEGIN PGP PUBLIC KEY BLOCK-----\n(?:[A-Za-z]+: [^\n`]*\n)*[ \t]*\n([A-Za-z0-9+/=\n]+)\n=([A-Za-z0-9+/]{4})\n-----END PGP PUBLIC KEY BLOCK-----$/;
/** The longest line that MIG's library for OpenPGP reads. Source: golang.org/x/crypto/openpgp/armor. */
const LONGEST = 96;
const PUBLIC_KEY_PACKET = 6;

/**
 * Why a text is no public key as `gpg --export -a` prints it, or `undefined`. Source: RFC 4880, sections 4.2 and 6.2; the
 * checksum is optional there, and MIG's library demands it.
 */
export function publicKeyProblem(text: string): string | undefined {
  const [, body, checksum = ""] = ARMOUR.exec(text.trim()) ?? [];
  if (body === undefined) return "is not an armoured PGP public key as gpg --export -a prints it";
  const bytes = Buffer.from(body, "base64");
  if (body.split("\n").some((line) => line.length > LONGEST)) return `has lines of more than ${LONGEST} characters`;
  if (crc24(bytes) !== Buffer.from(checksum, "base64").readUIntBE(0, 3)) {
    return "is damaged: its checksum is another one";
  }
  return firstPacket(bytes) === PUBLIC_KEY_PACKET ? undefined : "holds no public key";
}

/** The kind of the first packet, by either form of its header. */
function firstPacket([header = 0]: Buffer): number | undefined {
  if ((header & 0x80) === 0) return undefined;
  return (header & 0x40) === 0 ? (header & 0x3c) >> 2 : header & 0x3f;
}

/** Source: RFC 4880, section 6.1. */
function crc24(bytes: Buffer): number {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit++) {
      crc <<= 1;
      if ((crc & 0x1000000) !== 0) crc ^= 0x1864cfb;
    }
  }
  return crc;
}
