import { containsSecret, isPropertyMap, mapMembers, secret, Secret } from "../../providers/base/values";
import type { PropertyMap, Value } from "../../providers/base/values";
import { SIGNATURE_KEY, SIGNATURES } from "../../providers/base/wire";

/** What a plugin said that it takes. */
export interface Accepts {
  readonly secrets: boolean;
  readonly resources: boolean;
}

/** Values as a plugin takes them: secrets in clear and resources by their id (or URN), unless it knows such marks. */
export function asAccepted(map: PropertyMap, accepts: Accepts): PropertyMap {
  const convert = (value: Value): Value => {
    if (value instanceof Secret) return accepts.secrets ? secret(convert(value.value)) : convert(value.value);
    if (!accepts.resources && isPropertyMap(value) && value[SIGNATURE_KEY] === SIGNATURES.resource) {
      return value["id"] ?? value["urn"] ?? null;
    }
    return mapMembers(value, convert);
  };
  return convert(map) as PropertyMap;
}

/**
 * The answer of a plugin that does not know secrets, with what was secret in the question marked again, by name. A list
 * becomes secret as a whole: many plugins do not keep the order. Source: Pulumi's rule.
 */
export function withSecretsOf(answer: PropertyMap, asked: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(answer).map(([key, value]) => {
      const given = asked[key];
      if (given === undefined) return [key, value];
      if (isPropertyMap(value) && isPropertyMap(given)) return [key, withSecretsOf(value, given)];
      return [key, containsSecret(given) ? secret(value) : value];
    }),
  );
}
