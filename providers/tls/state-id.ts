import { createHash } from "node:crypto";

/** What Go's unicode.IsSpace takes for a blank, in UTF-8 with a character a byte. */
const BLANKS =
  "(?:[\\t-\\r ]|\\xc2[\\x85\\xa0]|\\xe1\\x9a\\x80|\\xe2\\x80[\\x80-\\x8a\\xa8\\xa9\\xaf]|\\xe2\\x81\\x9f|\\xe3\\x80\\x80)+";
const OUTER_BLANKS = new RegExp(`^${BLANKS}|${BLANKS}$`, "g");

/**
 * The id that the official provider gives: SHA-1 of the DER, after strings.TrimSpace on its raw bytes, which cuts those
 * that happen to be blanks at either end.
 */
export function stateId(der: Buffer): string {
  return createHash("sha1").update(der.toString("latin1").replace(OUTER_BLANKS, ""), "latin1").digest("hex");
}
