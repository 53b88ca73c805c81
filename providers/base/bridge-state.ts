import {
  blockOf,
  DEFAULTS,
  elementOf,
  fieldsOf,
  holdsNothing,
  isNothing,
  isZero,
  RAW_STATE_DELTA,
  sortSet,
  unsetValue,
} from "./bridge-fields";
import type { FieldSpec, FieldTable } from "./bridge-spec";
import {
  containsSecret,
  containsUnknown,
  equalValues,
  isPropertyMap,
  reveal,
  Secret,
  secret,
  UNKNOWN,
  type PropertyMap,
  type Value,
} from "./values";

/**
 * The state that these (plain) inputs lead to, every property present. What the provider computes is what it was (`old`),
 * and before a creation `computed`: UNKNOWN in a preview, null otherwise.
 */
export function plannedState(
  table: FieldTable,
  inputs: PropertyMap,
  old: PropertyMap | undefined,
  computed: Value = null,
  nested = false,
): PropertyMap {
  return Object.fromEntries(
    fieldsOf(table).map(([name, field]) => {
      const given = field.writeOnly ? null : inputs[name];
      if (!isNothing(given)) return [name, plannedValue(field, given, old?.[name], computed)];
      if (!field.computed && !field.outputOnly) return [name, unsetValue(field, nested)];
      return [name, old ? (old[name] ?? null) : computed];
    }),
  );
}

function plannedValue(field: FieldSpec, given: Value, old: Value | undefined, computed: Value): Value {
  const block = blockOf(field);
  if (block && isPropertyMap(given)) {
    return plannedState(block, given, isPropertyMap(old) ? old : undefined, computed, true);
  }
  if (!Array.isArray(given)) return given;
  const members = given.map((member: Value) => plannedValue(elementOf(field), member, undefined, computed));
  return field.type === "set" && !containsUnknown(members) ? sortSet(members) : members;
}

/**
 * What was read laid over what is known; a property that the read leaves out (`undefined`) stays as known.
 * After a write (`written`) an empty collection that nobody asked for stays null, and a scalar that was asked for and
 * reads as null is as asked for, as Terraform's SDK has it.
 */
export function mergeRead(table: FieldTable, known: PropertyMap, read: PropertyMap, written: boolean): PropertyMap {
  return Object.fromEntries(
    fieldsOf(table).map(([name, field]) => [name, mergeValue(field, known[name] ?? null, read[name], written)]),
  );
}

function mergeValue(field: FieldSpec, known: Value, read: Value | undefined, written: boolean): Value {
  if (read === undefined) return known;
  const block = blockOf(field);
  if (block && isPropertyMap(read)) return mergeRead(block, isPropertyMap(known) ? known : {}, read, written);
  if (written && !field.computed && known === null && isZero(read) && typeof read === "object") return null;
  if (written && read === null && typeof known !== "object") return known;
  return field.type === "set" && Array.isArray(read) ? sortSet(read) : read;
}

/** Outputs as the state file holds them: sensitive fields secret, `id`, and how to restore Terraform's own state. */
export function bridgeOutputs(table: FieldTable, id: Value, state: PropertyMap, inputs: PropertyMap): PropertyMap {
  return { [RAW_STATE_DELTA]: rawStateDelta(table, state), ...markOutputs(table, state, inputs), id };
}

/** The same in the preview of a creation, where there is no state yet. */
export function previewOutputs(table: FieldTable, state: PropertyMap, inputs: PropertyMap): PropertyMap {
  return { ...markOutputs(table, state, inputs), id: UNKNOWN };
}

/** What the schema calls sensitive is secret, and so is what was secret in `marked` (the inputs, the last state). */
function markOutputs(table: FieldTable, state: PropertyMap, marked: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(state).map(([name, value]) => {
      const field = table[name];
      return [name, field ? markValue(field, value, marked[name]) : value];
    }),
  );
}

function markValue(field: FieldSpec, value: Value, marked: Value | undefined): Value {
  if (field.sensitive || marked instanceof Secret) return secret(value);
  const block = blockOf(field);
  if (block && isPropertyMap(value)) return markOutputs(block, value, isPropertyMap(marked) ? marked : {});
  if (field.type === "map" && isPropertyMap(value) && isPropertyMap(marked)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, marked[name] instanceof Secret ? secret(member) : member]),
    );
  }
  // Members of a list may have moved: one secret member hides them all.
  return marked !== undefined && containsSecret(marked) && value !== null ? secret(value) : value;
}

/**
 * How a Terraform state follows from the outputs: what is an array, a map, a flattened block, and which names differ.
 * Source: the recordings; the form is that of pulumi-terraform-bridge 3.
 */
function rawStateDelta(table: FieldTable, state: PropertyMap): PropertyMap {
  const parts: Record<string, Value> = {};
  const renamed: Record<string, Value> = {};
  for (const [name, field] of fieldsOf(table)) {
    const delta = valueDelta(field, state[name]);
    if (delta) parts[name] = delta;
    if (field.renamedFrom) renamed[name] = field.renamedFrom;
  }
  return {
    obj: {
      ...(Object.keys(parts).length > 0 && { ps: parts }),
      ...(Object.keys(renamed).length > 0 && { renamed }),
    },
  };
}

function valueDelta(field: FieldSpec, value: Value | undefined): PropertyMap | undefined {
  const plain = value instanceof Secret ? value.value : value;
  const block = blockOf(field);
  if (block) return isPropertyMap(plain) ? { plu: { i: rawStateDelta(block, plain) } } : undefined;
  if (isPropertyMap(plain)) return { map: {} };
  if (!Array.isArray(plain)) return undefined;
  const members = blockOf(elementOf(field));
  if (!members || plain.length === 0) return { arr: {} };
  const elements = plain.map((member: Value, i): [string, Value] => [
    String(i),
    isPropertyMap(member) ? rawStateDelta(members, member) : { obj: {} },
  ]);
  return { arr: { el: Object.fromEntries(elements) } };
}

/** The inputs of the last update with the values that were read; a default that no longer holds is none. */
export function refreshedInputs(table: FieldTable, inputs: PropertyMap, outputs: PropertyMap): PropertyMap {
  const refreshed: Record<string, Value> = {};
  for (const [name, input] of Object.entries(inputs)) {
    const [field, output] = [table[name], outputs[name]];
    if (field && !isNothing(output)) refreshed[name] = refreshedValue(field, input, output);
  }
  const listed = inputs[DEFAULTS];
  const holds = (name: Value): boolean => typeof name === "string" && equalValues(inputs[name], refreshed[name]);
  const defaults = Array.isArray(listed) ? listed.filter(holds) : [];
  return defaults.length > 0 ? { [DEFAULTS]: defaults, ...refreshed } : refreshed;
}

function refreshedValue(field: FieldSpec, input: Value | undefined, output: Value): Value {
  if (input instanceof Secret || output instanceof Secret) {
    return secret(refreshedValue(field, reveal(input ?? null), reveal(output)));
  }
  const block = blockOf(field);
  if (block && isPropertyMap(output)) {
    // A block that nobody declared, in a list that has grown: what it would take to declare it.
    return isPropertyMap(input) ? refreshedInputs(block, input, output) : declared(block, output);
  }
  if (!Array.isArray(output)) return output;
  const known: readonly Value[] = Array.isArray(input) ? input : [];
  return output.map((member: Value, i) => refreshedValue(elementOf(field), known[i], member));
}

/** The properties that are set, required or not. */
function declared(table: FieldTable, state: PropertyMap): PropertyMap {
  return Object.fromEntries(
    fieldsOf(table)
      .map(([name, field]): [string, Value, boolean] => [
        name,
        state[name] ?? null,
        !field.outputOnly && (field.required === true || !isZero(state[name])),
      ])
      .filter(([, value, wanted]) => wanted && !holdsNothing(value))
      .map(([name, value]) => [name, value]),
  );
}

/** Inputs for an object that was never declared (import): what is set, required or not. */
export function importedInputs(table: FieldTable, state: PropertyMap): PropertyMap {
  const inputs = Object.entries(declared(table, state)).map(([name, value]): [string, Value] => {
    const field = table[name];
    return [name, field ? importedValue(field, value) : value];
  });
  return { [DEFAULTS]: [], ...Object.fromEntries(inputs) };
}

function importedValue(field: FieldSpec, value: Value): Value {
  if (value instanceof Secret) return secret(importedValue(field, value.value));
  const block = blockOf(field);
  if (block && isPropertyMap(value)) return importedInputs(block, value);
  return Array.isArray(value) ? value.map((member: Value) => importedValue(elementOf(field), member)) : value;
}
