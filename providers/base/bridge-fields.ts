import type { FieldSpec, FieldTable } from "./bridge-spec";
import { equalValues, isPropertyMap, Secret, type PropertyMap, type Value } from "./values";

/** Input property that lists what check filled in; at top level and in every nested object, not in maps. */
export const DEFAULTS = "__defaults";
/** Output property by which Pulumi's bridge restores the Terraform state. */
export const RAW_STATE_DELTA = "__pulumi_raw_state_delta";

function isTable(element: FieldSpec | FieldTable): element is FieldTable {
  return typeof element.type !== "string";
}

/** The fields of a block that Pulumi flattens to one object; undefined for everything else. */
export function blockOf(field: FieldSpec): FieldTable | undefined {
  return field.maxItemsOne && field.element && isTable(field.element) ? field.element : undefined;
}

/** The members of a list, set or map as a field of its own; a table of fields is a block. */
export function elementOf(field: FieldSpec): FieldSpec {
  if (!field.element) return { type: "string" };
  return isTable(field.element) ? { type: "list", maxItemsOne: true, element: field.element } : field.element;
}

export function isNothing(value: Value | undefined): value is null | undefined {
  return value === undefined || value === null;
}

/** As `isNothing`, and a secret that holds nothing. */
export function holdsNothing(value: Value | undefined): boolean {
  return isNothing(value instanceof Secret ? value.value : value);
}

/** Nothing, or what Terraform's SDK takes for the same: `""`, `0`, `false`, an empty collection. */
export function isZero(value: Value | undefined): boolean {
  if (value instanceof Secret) return isZero(value.value);
  if (isNothing(value) || value === "" || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isPropertyMap(value) && Object.keys(value).length === 0;
}

/** What an unset field holds in outputs: a block's scalars have the zero of their type, the rest is null. */
export function unsetValue(field: FieldSpec, nested: boolean): Value {
  if (field.zero !== undefined) return field.zero;
  if (field.default !== undefined) return field.default;
  if (!nested) return null;
  switch (field.type) {
    case "bool":
      return false;
    case "int":
    case "float":
      return 0;
    case "string":
      return "";
    case "list":
    case "set":
    case "map":
      return null;
  }
}

function sortKey(value: Value): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function compareKeys(a: Value, b: Value): number {
  const [x, y] = [sortKey(a), sortKey(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** A set's members as the state holds them: sorted, each once. */
export function sortSet(members: readonly Value[]): Value[] {
  const sorted = [...members].sort(compareKeys);
  return sorted.filter((member, i) => i === 0 || !equalValues(member, sorted[i - 1]));
}

/** Names in the order in which Pulumi writes them. */
export function fieldsOf(table: FieldTable): [string, FieldSpec][] {
  return Object.entries(table).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Without `__defaults`, at any depth; what a resource's own functions see. */
export function withoutDefaults(value: Value): Value {
  if (value instanceof Secret) return new Secret(withoutDefaults(value.value));
  if (Array.isArray(value)) return value.map(withoutDefaults);
  if (!isPropertyMap(value)) return value;
  const kept = Object.entries(value).filter(([name]) => name !== DEFAULTS);
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutDefaults(member)]));
}

/** `permissions.read`, `tags[0]`, `definition["max-length"]`. Source: `resource.PropertyPath.String` of Pulumi's SDK. */
export function joinPath(path: string, key: string | number): string {
  if (typeof key === "number") return `${path}[${key}]`;
  if (!/^\w+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

/** Every property present: what is not set is null. */
export function fillAbsent(table: FieldTable, values: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.keys(table).map((name) => [name, values[name] ?? null]));
}
