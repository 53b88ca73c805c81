import type { Attribute, BlockMember, FrameworkResource } from "./framework-spec";
import { containsUnknown, isPropertyMap, Secret, secret } from "./values";
import type { PropertyMap, Value } from "./values";

const META = "__meta";
const RAW_STATE_DELTA = "__pulumi_raw_state_delta";

/**
 * Outputs in the shape of Pulumi's bridge: unset properties are left out, sensitive ones are secret, and so is what a
 * secret of `marked` (the inputs, or the old outputs) stands at the same path of. What is still unknown makes it a
 * preview, which carries no bookkeeping.
 */
export function toOutputs(spec: FrameworkResource, values: PropertyMap, marked: PropertyMap): PropertyMap {
  const outputs: Record<string, Value> = {};
  for (const [name, attribute] of Object.entries(spec.attributes)) {
    const value = values[name] ?? null;
    if (value === null) continue;
    outputs[name] = attribute.sensitive === true ? secret(value) : markLike(value, marked[name] ?? null);
  }
  if (!containsUnknown(outputs)) {
    if (spec.schemaVersion !== undefined) outputs[META] = JSON.stringify({ schema_version: `${spec.schemaVersion}` });
    outputs[RAW_STATE_DELTA] = rawStateDelta(spec, values);
  }
  return Object.fromEntries(Object.entries(outputs).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function markLike(value: Value, model: Value): Value {
  if (model instanceof Secret) return secret(value);
  if (Array.isArray(value) && Array.isArray(model) && value.length === model.length) {
    return value.map((member: Value, i) => markLike(member, model[i] as Value));
  }
  if (isPropertyMap(value) && isPropertyMap(model)) {
    return Object.fromEntries(Object.entries(value).map(([name, v]) => [name, markLike(v, model[name] ?? null)]));
  }
  return value;
}

/**
 * How Terraform's own state is made again of Pulumi's: the bridge's record, which it reads when a site moves to the
 * official plugin. Values that were put in place of missing ones are secret there. Source: pulumi-terraform-bridge.
 */
function rawStateDelta(spec: FrameworkResource, values: PropertyMap): PropertyMap {
  const properties: Record<string, Value> = {};
  const renamed: Record<string, Value> = {};
  for (const [name, attribute] of Object.entries(spec.attributes)) {
    const delta = attributeDelta(attribute, values[name] ?? null);
    if (delta !== undefined) properties[name] = delta;
    if (attribute.renamedFrom !== undefined) renamed[name] = attribute.renamedFrom;
  }
  return objectDelta(properties, renamed);
}

function objectDelta(properties: PropertyMap, renamed: PropertyMap): PropertyMap {
  const holds = (map: PropertyMap): boolean => Object.keys(map).length > 0;
  return { obj: { ...(holds(properties) && { ps: properties }), ...(holds(renamed) && { renamed }) } };
}

const MISSING = new Secret({ replace: { raw: null } });

function attributeDelta(attribute: Attribute, value: Value): Value | undefined {
  if (value === null) return MISSING;
  switch (attribute.type) {
    case "string":
    case "int":
    case "bool":
      return undefined;
    case "strings":
      return { arr: {} };
    case "stringMap":
      return { map: {} };
    case "block":
      return { plu: { i: blockDelta(attribute.members ?? {}, value as PropertyMap) } };
  }
}

function blockDelta(members: Readonly<Record<string, BlockMember>>, value: PropertyMap): PropertyMap {
  const properties: Record<string, Value> = {};
  const renamed: Record<string, Value> = {};
  for (const [name, member] of Object.entries(members)) {
    if (value[name] === undefined) properties[name] = MISSING;
    else if (member.type === "strings") properties[name] = { arr: {} };
    if (member.renamedFrom !== undefined) renamed[name] = member.renamedFrom;
  }
  return objectDelta(properties, renamed);
}
