import type { Attribute, FrameworkResource, Plan } from "./framework-spec";
import { equalValues, UNKNOWN, Unknown } from "./values";
import type { PropertyMap, Value } from "./values";

/**
 * Plans a resource in the order of the plugin framework's PlanResourceChange: proposed values, defaults, computed
 * values unknown if anything changes at all, then what each attribute says, then the replacements.
 * `prior` is the state, absent for a creation; it and `inputs` are plain and without nulls.
 */
export function planResource(spec: FrameworkResource, prior: PropertyMap | undefined, inputs: PropertyMap): Plan {
  const attributes = Object.entries(spec.attributes);
  const old = (name: string): Value => prior?.[name] ?? null;
  const planned: Record<string, Value> = {};
  for (const [name, attribute] of attributes) planned[name] = proposed(attribute, inputs[name] ?? null, old(name));

  const changed = prior === undefined || attributes.some(([name]) => !equalValues(planned[name], old(name)));
  for (const [name, attribute] of attributes) {
    const unset = isComputed(attribute) && attribute.default === undefined && inputs[name] === undefined;
    if (changed && unset) planned[name] = attribute.keepsState === true && prior !== undefined ? old(name) : UNKNOWN;
    if (attribute.plan !== undefined) planned[name] = attribute.plan(planned, inputs);
  }
  if (prior === undefined) return { planned, diffs: [], replaces: [] };

  const expired = spec.expired?.(planned) ?? [];
  for (const name of expired) planned[name] = UNKNOWN;
  const diffs = Object.keys(planned)
    .filter((name) => !equalValues(planned[name], old(name)))
    .sort();
  const replaces = diffs.filter(
    (name) => expired.includes(name) || demandsReplacement(spec.attributes[name], planned[name] ?? null, old(name)),
  );
  return { planned, diffs, replaces };
}

function isComputed(attribute: Attribute): boolean {
  return attribute.from === "computed" || attribute.from === "optional+computed";
}

function proposed(attribute: Attribute, configured: Value, old: Value): Value {
  if (configured !== null) return configured;
  return attribute.default ?? (isComputed(attribute) ? old : null);
}

function demandsReplacement(attribute: Attribute | undefined, planned: Value, old: Value): boolean {
  const rule = attribute?.replaces ?? false;
  return typeof rule === "boolean" ? rule : rule(planned, old);
}

/** The values of a plan or state that are set and known. */
export function knownValues(planned: Plan["planned"]): PropertyMap {
  return Object.fromEntries(
    Object.entries(planned).filter(([, value]) => value !== null && !(value instanceof Unknown)),
  );
}
