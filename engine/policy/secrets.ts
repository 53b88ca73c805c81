import { secretStrings } from "../../providers/base/redact";
import { containsSecret, isPropertyMap, mapMembers, secret, Secret } from "../../providers/base/values";
import type { PropertyMap, Value } from "../../providers/base/values";

/** Shorter texts occur by chance. */
const MIN_LENGTH = 4;

/**
 * What a remediation made of properties, with secrets marked again, as packs may return them in clear: whatever stands
 * where a secret stood, a list of another length than one with secrets, and every text that holds a secret text.
 */
export function withSecretsKept(after: PropertyMap, before: PropertyMap): PropertyMap {
  const texts = secretStrings(before).filter((text) => text.length >= MIN_LENGTH);
  const mark = (value: Value, was: Value | undefined): Value => {
    if (value instanceof Secret) return value;
    if (was instanceof Secret) return secret(value);
    if (typeof value === "string") return texts.some((text) => value.includes(text)) ? secret(value) : value;
    if (Array.isArray(value)) {
      const list = Array.isArray(was) ? was : [];
      if (list.length !== value.length && was !== undefined && containsSecret(was)) return secret(value);
      return value.map((member, i) => mark(member, list[i]));
    }
    if (was !== undefined && !isPropertyMap(was) && isPropertyMap(value) && containsSecret(was)) return secret(value);
    return mapMembers(value, (member, key) => mark(member, isPropertyMap(was) ? was[key] : undefined));
  };
  return mark(after, before) as PropertyMap;
}
