/**
 * Property values as providers and the engine see them: JSON, plus what only Pulumi knows.
 *
 * Secrets and unknowns are marked in place, at any depth, so that a secret in the third file of a set
 * does not hide the other two from a diff.
 */

/** A value that is shown nowhere in clear and is encrypted in state. Never nested directly in another Secret. */
export class Secret {
  constructor(readonly value: Value) {}

  /** Guards against a secret that slips into a log or a message. */
  toJSON(): string {
    return "[secret]";
  }

  toString(): string {
    return "[secret]";
  }
}

/** A value that is known only after an update has run; occurs in previews. There is one instance: `UNKNOWN`. */
export class Unknown {
  toJSON(): string {
    return "[unknown]";
  }

  toString(): string {
    return "[unknown]";
  }
}

export const UNKNOWN = new Unknown();

export type Value = null | boolean | number | string | readonly Value[] | PropertyMap | Secret | Unknown;

/** Properties by name. A property that is not set is absent, never `undefined`. */
export interface PropertyMap {
  readonly [key: string]: Value;
}

export function isPropertyMap(value: Value | undefined): value is PropertyMap {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Secret) &&
    !(value instanceof Unknown)
  );
}

/** Maps over the direct members of an array or object; scalars and marks are returned as they are. */
export function mapMembers(value: Value, f: (member: Value, key: string | number) => Value): Value {
  if (Array.isArray(value)) return value.map(f);
  if (isPropertyMap(value)) return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, f(v, k)]));
  return value;
}

/** The same value without secret marks, at any depth. What it returns must not reach a log. */
export function reveal(value: Value): Value {
  return value instanceof Secret ? reveal(value.value) : mapMembers(value, reveal);
}

export function revealMap(map: PropertyMap): PropertyMap {
  return reveal(map) as PropertyMap;
}

export function containsSecret(value: Value): boolean {
  if (value instanceof Secret) return true;
  if (Array.isArray(value)) return value.some(containsSecret);
  return isPropertyMap(value) && Object.values(value).some(containsSecret);
}

export function containsUnknown(value: Value): boolean {
  if (value instanceof Unknown) return true;
  if (value instanceof Secret) return containsUnknown(value.value);
  if (Array.isArray(value)) return value.some(containsUnknown);
  return isPropertyMap(value) && Object.values(value).some(containsUnknown);
}

/** Marks a value secret; one that is a secret already stays as it is. */
export function secret(value: Value): Secret {
  return value instanceof Secret ? value : new Secret(value);
}

/** Deep equality; secret marks do not count, an unknown equals nothing. */
export function equalValues(a: Value | undefined, b: Value | undefined): boolean {
  if (a instanceof Secret) return equalValues(a.value, b);
  if (b instanceof Secret) return equalValues(a, b.value);
  if (a instanceof Unknown || b instanceof Unknown) return false;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((v, i) => equalValues(v, b[i]));
  if (isPropertyMap(a)) {
    if (!isPropertyMap(b)) return false;
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((k) => k in b && equalValues(a[k], b[k]));
  }
  return a === b;
}
