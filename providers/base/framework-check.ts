import type { Attribute, BlockMember, FrameworkResource } from "./framework-spec";
import type { CheckFailure, CheckResult } from "./provider";
import { equalValues, isPropertyMap, reveal, secret, Unknown } from "./values";
import type { PropertyMap, Value } from "./values";

/**
 * The inputs as they are, with sensitive ones marked secret, and a failure a property that is wrong. Those that the state
 * holds already were judged when they came there.
 */
export function checkInputs(
  spec: FrameworkResource,
  type: string,
  inputs: PropertyMap,
  oldInputs?: PropertyMap,
): CheckResult {
  if (oldInputs !== undefined && equalValues(inputs, oldInputs)) {
    return { inputs: markSensitive(spec, inputs), failures: [] };
  }
  const plain = withoutNulls(reveal(inputs) as PropertyMap);
  const failures = [
    ...Object.keys(plain).flatMap((property) => judgeName(spec, type, property)),
    ...Object.entries(spec.attributes).flatMap(([property, attribute]) =>
      judge(property, attribute, plain[property] ?? null),
    ),
  ];
  if (failures.length === 0 && spec.validate !== undefined) failures.push(...spec.validate(plain));
  return { inputs: markSensitive(spec, inputs), failures };
}

function judgeName(spec: FrameworkResource, type: string, property: string): CheckFailure[] {
  if (property.startsWith("__")) return [];
  const refusal = spec.refused?.[property];
  if (refusal !== undefined) return [{ property, reason: refusal }];
  const attribute = spec.attributes[property];
  if (attribute === undefined) return [{ property, reason: `${type} has no property "${property}"` }];
  if (attribute.from === "computed") return [{ property, reason: `${property} is set by the provider; leave it out` }];
  return [];
}

function judge(property: string, attribute: Attribute, value: Value): CheckFailure[] {
  if (value === null) {
    return attribute.from === "required" ? [{ property, reason: `the required property ${property} is missing` }] : [];
  }
  if (value instanceof Unknown) return [];
  switch (attribute.type) {
    case "string":
    case "int":
    case "bool":
      return judgeScalar(property, attribute.type, value, attribute.validate);
    case "strings":
      return judgeList(property, value, attribute.validate);
    case "stringMap":
      return judgeMembers(property, value, () => ({ type: "string" }));
    case "block":
      return judgeMembers(property, value, (member) => attribute.members?.[member]);
  }
}

const TYPES = {
  string: { name: "a string", holds: (value: Value) => typeof value === "string" },
  int: { name: "a whole number", holds: (value: Value) => Number.isSafeInteger(value) },
  bool: { name: "true or false", holds: (value: Value) => typeof value === "boolean" },
} as const;

function judgeScalar(
  property: string,
  type: keyof typeof TYPES,
  value: Value,
  validate: Attribute["validate"],
): CheckFailure[] {
  if (value instanceof Unknown) return [];
  if (!TYPES[type].holds(value)) return [{ property, reason: `${property} must be ${TYPES[type].name}` }];
  const reason = validate?.(value as never);
  return reason === undefined ? [] : [{ property, reason: `${property} ${reason}` }];
}

function judgeList(property: string, value: Value, validate: Attribute["validate"]): CheckFailure[] {
  if (value instanceof Unknown) return [];
  if (!Array.isArray(value)) return [{ property, reason: `${property} must be a list of strings` }];
  return value.flatMap((member: Value, i) => judgeScalar(`${property}[${i}]`, "string", member, validate));
}

function judgeMembers(
  property: string,
  value: Value,
  memberOf: (name: string) => BlockMember | undefined,
): CheckFailure[] {
  if (!isPropertyMap(value)) return [{ property, reason: `${property} must be an object` }];
  return Object.entries(value).flatMap(([name, member]) => {
    const path = `${property}.${name}`;
    switch (memberOf(name)?.type) {
      case "string":
        return judgeScalar(path, "string", member, undefined);
      case "strings":
        return judgeList(path, member, undefined);
      case undefined:
        return name.startsWith("__") ? [] : [{ property: path, reason: `${property} has no property "${name}"` }];
    }
  });
}

function markSensitive(spec: FrameworkResource, inputs: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(inputs).map(([property, value]) => [
      property,
      spec.attributes[property]?.sensitive === true ? secret(value) : value,
    ]),
  );
}

/** The framework does not tell an unset member from a null one; Pulumi's bridge leaves both out. */
export function withoutNulls(map: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(map)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, isPropertyMap(value) ? withoutNulls(value) : value]),
  );
}
