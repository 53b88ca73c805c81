import { kindOf } from "./key-kind";
import { parsePublicKey } from "./public-key-info";

/** The label of the first PEM block in a text (RFC 7468). */
export function pemLabel(pem: string): string | undefined {
  return /^-----BEGIN ([A-Z0-9 ]+)-----[ \t\r]*$/m.exec(pem)?.[1];
}

export function toPem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

/** What `decode` makes of the first block, which must have the label, and whose public key must be of a supported kind. */
export function decodePem<T extends { readonly publicKey: Buffer }>(
  pem: string,
  label: string,
  decode: (der: Buffer) => T,
): T {
  const found = pemLabel(pem);
  if (found !== label) {
    const begins = found === undefined ? "no PEM header" : `"${found}"`;
    throw new Error(`is not PEM of type "${label}": it begins with ${begins}`);
  }
  const decoded = decodeOr(`is a damaged ${label.toLowerCase()}`, () => {
    const [, body = ""] = new RegExp(`-----BEGIN ${label}-----([^-]*)-----END ${label}-----`).exec(pem) ?? [];
    const contents = decode(Buffer.from(body, "base64"));
    return { contents, key: parsePublicKey(contents.publicKey) };
  });
  kindOf(decoded.key);
  return decoded.contents;
}

/** Errors of decoders may quote what they read. */
export function decodeOr<T>(message: string, decode: () => T): T {
  try {
    return decode();
  } catch {
    throw new Error(message);
  }
}
