import { createHash } from "node:crypto";

import { mapMembers, Secret, Unknown } from "../../providers/base/values";
import type { Value } from "../../providers/base/values";

/** Texts that are longer, or of several lines, are told by their digest. */
const LONGEST = 200;

/** A value as a report may hold it: no secrets, no contents of files. */
export function shown(value: Value | undefined): Value {
  if (value === undefined) return null;
  if (value instanceof Secret) return "[secret]";
  if (value instanceof Unknown) return "[unknown]";
  if (typeof value !== "string") return mapMembers(value, shown);
  // The digest is that of a file's content, as the provider tells it of what it found.
  if (value.length <= LONGEST && !value.includes("\n")) return value;
  return `sha256:${createHash("sha256").update(value).digest("hex")}`;
}
