/** What a terminal obeys, or does not show: a name with such signs could forge the lines of a report. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A byte that is not UTF-8 stands in a text as U+DC00 and its value, of which no text has any. */
const BYTES = 0xdc00;

/** A text that comes from outside, in one line that shows all of its signs. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (sign) => {
    const code = sign.codePointAt(0) ?? 0;
    return isByte(code) ? `\\x${(code - BYTES).toString(16)}` : `\\u{${code.toString(16)}}`;
  });
}

/** Bytes as a text from which `shellWord` makes the same bytes, whether or not they are UTF-8. */
export function textOfBytes(bytes: Buffer): string {
  const text = bytes.toString();
  if (Buffer.from(text).equals(bytes)) return text;
  return Array.from(bytes, (byte) => String.fromCharCode(byte < 0x80 ? byte : BYTES + byte)).join("");
}

/** A word of a shell command line in one line, quoted where it needs to be: as bash, ksh and POSIX of 2024 read it. */
export function shellWord(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  if (text.search(INVISIBLE) === -1) return `'${text.replaceAll("'", `'\\''`)}'`;
  return `$'${text.replace(/['\\]/g, "\\$&").replace(INVISIBLE, octal)}'`;
}

function octal(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  const bytes = isByte(code) ? [code - BYTES] : [...Buffer.from(sign)];
  return bytes.map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
}

function isByte(code: number): boolean {
  return code >= BYTES + 0x80 && code <= BYTES + 0xff;
}
