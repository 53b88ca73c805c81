import { randomBytes } from "node:crypto";

import { blockOf, DEFAULTS, elementOf, fieldsOf, holdsNothing, isNothing, isZero, joinPath } from "./bridge-fields";
import type { FieldSpec, FieldTable } from "./bridge-spec";
import type { CheckFailure } from "./provider";
import {
  containsUnknown,
  isPropertyMap,
  reveal,
  Secret,
  secret,
  Unknown,
  type PropertyMap,
  type Value,
} from "./values";

interface Checked {
  readonly inputs: PropertyMap;
  readonly failures: readonly CheckFailure[];
}

/** `<logical name>-<7 hex digits>`: the same for one resource within one operation. */
export function autoname(logicalName: string, randomSeed: Uint8Array | undefined): string {
  const seed = Buffer.from(randomSeed ?? randomBytes(4)).toString("hex");
  return `${logicalName}-${seed.padEnd(7, "0").slice(0, 7)}`;
}

/**
 * A resource's inputs judged and completed. `supplied` are values of the provider's own (an automatic name) for
 * properties that the program leaves out.
 */
export function checkInputs(table: FieldTable, given: PropertyMap, supplied: PropertyMap): Checked {
  const failures: CheckFailure[] = [];
  return { inputs: checkBlock(table, given, "", failures, supplied), failures };
}

/** A provider's own configuration: as a resource's inputs, but without `__defaults`; what the engine adds is kept. */
export function checkConfigInputs(table: FieldTable, given: PropertyMap): Checked {
  const failures: CheckFailure[] = [];
  const pick = (engines: boolean): PropertyMap =>
    Object.fromEntries(Object.entries(given).filter(([name]) => name in ENGINE_CONFIG === engines));
  const checked = checkBlock(table, parseJson(table, pick(false)), "", failures, {});
  const inputs = Object.fromEntries(Object.entries(checked).filter(([name]) => name !== DEFAULTS));
  return { inputs: { ...inputs, ...pick(true) }, failures };
}

/** Properties of a provider resource that are the engine's, not the provider's. */
const ENGINE_CONFIG = { version: true, pluginDownloadURL: true, __internal: true };

/** Nested provider configuration may arrive as a JSON text. */
function parseJson(table: FieldTable, given: PropertyMap): PropertyMap {
  const parsed = Object.entries(given).map(([name, value]): [string, Value] => {
    const field = table[name];
    const structured = field?.type === "list" || field?.type === "set" || field?.type === "map";
    const text = value instanceof Secret ? value.value : value;
    if (!structured || typeof text !== "string") return [name, value];
    const decoded = decodeJson(text);
    return [name, value instanceof Secret ? secret(decoded) : decoded];
  });
  return Object.fromEntries(parsed);
}

function decodeJson(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return text;
  }
}

function checkBlock(
  table: FieldTable,
  given: PropertyMap,
  path: string,
  failures: CheckFailure[],
  supplied: PropertyMap,
): PropertyMap {
  for (const name of Object.keys(given)) {
    const field = table[name];
    if (name === DEFAULTS || (field && !field.outputOnly)) continue;
    failures.push({ property: joinPath(path, name), reason: refusal(table, name) });
  }
  const inputs: Record<string, Value> = {};
  const defaults: string[] = [];
  for (const [name, field] of fieldsOf(table)) {
    if (field.outputOnly) continue;
    const own = holdsNothing(given[name]) ? undefined : given[name];
    const value = isNothing(own) ? (supplied[name] ?? nonZero(field.default)) : own;
    if (isNothing(value)) {
      if (field.required && !fromEnvironment(field)) failures.push(missing(path, name));
      continue;
    }
    if (isNothing(own)) defaults.push(name);
    const checked = checkValue(field, value, joinPath(path, name), failures);
    inputs[name] = field.sensitive ? secret(checked) : checked;
  }
  return { [DEFAULTS]: defaults, ...inputs };
}

function nonZero(value: Value | undefined): Value | undefined {
  return isZero(value) ? undefined : value;
}

/** The value of the first environment variable that is set. */
export function fromEnvironment(field: FieldSpec): string | undefined {
  return field.env?.map((name) => process.env[name]).find((value) => value !== undefined && value !== "");
}

function missing(path: string, name: string): CheckFailure {
  return { property: joinPath(path, name), reason: `missing required property "${name}": set it` };
}

function refusal(table: FieldTable, name: string): string {
  if (table[name]) return `property "${name}" is set by the provider: leave it out`;
  const names = Object.keys(table).filter((known) => !table[known]?.outputOnly);
  const near = names.find((known) => isNear(known.toLowerCase(), name.toLowerCase()));
  return near
    ? `unknown property "${name}": did you mean "${near}"?`
    : `unknown property "${name}": the properties are ${names.sort().join(", ")}`;
}

/** One a part of the other, or at most two edits apart. */
function isNear(a: string, b: string): boolean {
  if (a.includes(b) || b.includes(a)) return true;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return (row[b.length] ?? 0) <= 2;
}

/** A value in the field's type; the messages never hold the value, which may be a secret. */
function checkValue(field: FieldSpec, value: Value, path: string, failures: CheckFailure[]): Value {
  if (value instanceof Unknown) return value;
  if (value instanceof Secret) return secret(checkValue(field, value.value, path, failures));
  const typed = convert(field, value, path, failures);
  if (typed === undefined) {
    failures.push({ property: path, reason: `must be ${EXPECTED[field.maxItemsOne ? "block" : field.type]}` });
    return value;
  }
  // The spec's validators take their own type (`never` admits any); the conversion above has established it.
  const reason = containsUnknown(typed) ? undefined : field.validate?.(reveal(typed) as never);
  if (reason !== undefined) failures.push({ property: path, reason });
  return typed;
}

const EXPECTED = {
  bool: "true or false",
  int: "a whole number",
  float: "a number",
  string: "a string",
  list: "a list",
  set: "a list",
  map: "an object",
  block: "an object",
} as const;

function convert(field: FieldSpec, value: Value, path: string, failures: CheckFailure[]): Value | undefined {
  const block = blockOf(field);
  if (block) return isPropertyMap(value) ? checkBlock(block, value, path, failures, {}) : undefined;
  const element = elementOf(field);
  switch (field.type) {
    case "bool":
      return toBoolean(value);
    case "int":
      return toNumber(value, Number.isInteger);
    case "float":
      return toNumber(value, Number.isFinite);
    case "string":
      return typeof value === "string" ? value : toText(value);
    case "list":
    case "set":
      if (!Array.isArray(value)) return undefined;
      return value.map((member: Value, i) => checkValue(element, member, joinPath(path, i), failures));
    case "map": {
      if (!isPropertyMap(value)) return undefined;
      const members = Object.entries(value).filter(([name, member]) => name !== DEFAULTS && member !== null);
      return Object.fromEntries(
        members.map(([name, member]) => [name, checkValue(element, member, joinPath(path, name), failures)]),
      );
    }
  }
}

function toBoolean(value: Value): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (value === "true" || value === "1") return true;
  return value === "false" || value === "0" ? false : undefined;
}

function toNumber(value: Value, accepts: (n: number) => boolean): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && accepts(number) ? number : undefined;
}

function toText(value: Value): string | undefined {
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}
