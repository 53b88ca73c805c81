import { isNativeError } from "node:util/types";

import { Secret, type PropertyMap, type Value } from "./values";

/** Takes the known secrets, in every form in which they may travel, out of texts and errors. */
export interface Redactor {
  text(text: string): string;
  /** A new error with the same name and code; of a foreign error's other properties none is kept. */
  error(error: unknown): Error;
}

const HIDDEN = "[secret]";

/** Below this length a secret is taken out only where it stands alone: `a` occurs in every text. */
const SHORT = 4;

/** How deep a chain of causes is followed; what lies deeper is dropped. */
const MAX_CAUSES = 8;

export function createRedactor(secrets: Iterable<string>): Redactor {
  const forms = [...new Set([...secrets].filter((secret) => secret !== "").flatMap(formsOf))];
  const patterns = forms.sort((a, b) => b.length - a.length).map(patternOf);
  const text = (given: string): string =>
    hideUrlPassword(patterns.reduce((hidden, pattern) => hidden.replace(pattern, HIDDEN), given));
  return { text, error: (error) => redactError(error, text, 0) };
}

/** Passwords in a URL are hidden whether they are known or not. */
function hideUrlPassword(text: string): string {
  return text.replace(/(\w:\/\/[^\s/:@]*):[^\s/]*@/g, `$1:${HIDDEN}@`);
}

/** As it is, in a URL, in JSON, in an SQL literal, and in base64 wherever it begins in the encoded text. */
function formsOf(secret: string): string[] {
  const plain = [
    secret,
    encodeURIComponent(secret),
    encodeURI(secret),
    new URLSearchParams([["", secret]]).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll("'", "''"),
  ];
  const encoded = secret.length < SHORT ? [] : [0, 1, 2].map((offset) => base64Core(secret, offset));
  const urlSafe = encoded.map((form) => form.replaceAll("+", "-").replaceAll("/", "_"));
  return [...plain, ...encoded, ...urlSafe].filter((form) => form !== "");
}

/** The characters of a base64 text that depend on the secret alone when `offset` bytes (modulo 3) stand before it. */
function base64Core(secret: string, offset: number): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
  const start = Math.ceil((offset * 8) / 6);
  return bytes.toString("base64").slice(start, Math.floor((bytes.length * 8) / 6));
}

function patternOf(form: string): RegExp {
  const literal = form.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return form.length < SHORT ? new RegExp(`(?<!\\w)${literal}(?!\\w)`, "g") : new RegExp(literal, "g");
}

function redactError(error: unknown, text: (given: string) => string, depth: number): Error {
  // Errors of Node's own may come from another realm, where `instanceof` does not see them.
  if (!isNativeError(error)) return new Error(text(String(error)));
  const redacted: Error & { code?: unknown } = new Error(text(error.message));
  redacted.name = error.name;
  redacted.stack = text(error.stack ?? "");
  if ("code" in error && typeof error.code === "string") redacted.code = error.code;
  if (error.cause !== undefined && depth < MAX_CAUSES) redacted.cause = redactError(error.cause, text, depth + 1);
  return redacted;
}

/** The strings inside secret marks, at any depth. */
export function secretStrings(value: Value): string[] {
  if (value instanceof Secret) return stringsOf(value.value);
  if (Array.isArray(value)) return value.flatMap(secretStrings);
  return typeof value === "object" && value !== null ? Object.values(value as PropertyMap).flatMap(secretStrings) : [];
}

function stringsOf(value: Value): string[] {
  if (value instanceof Secret) return stringsOf(value.value);
  if (typeof value === "string") return [value];
  if (typeof value === "number") return [String(value)];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value as PropertyMap).flatMap(stringsOf);
}
