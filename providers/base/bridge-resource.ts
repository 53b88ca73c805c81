import { isNativeError } from "node:util/types";

import { autoname, checkInputs } from "./bridge-check";
import { detailedDiff, topLevel } from "./bridge-diff";
import { DEFAULTS, fillAbsent, isNothing, withoutDefaults } from "./bridge-fields";
import { ignoreChanges } from "./bridge-ignore";
import type { FieldTable, ResourceSpec } from "./bridge-spec";
import {
  bridgeOutputs,
  importedInputs,
  mergeRead,
  plannedState,
  previewOutputs,
  refreshedInputs,
} from "./bridge-state";
import { InitError } from "./provider";
import type {
  CheckRequest,
  CheckResult,
  CreateRequest,
  CreateResult,
  DiffRequest,
  DiffResult,
  ReadRequest,
  ReadResult,
  UpdateRequest,
  UpdateResult,
} from "./provider";
import { containsUnknown, revealMap, UNKNOWN } from "./values";
import type { PropertyMap } from "./values";

/** Inputs as a resource's own code takes them: in clear, every property present or null. */
export function plainInputs(table: FieldTable, inputs: PropertyMap): PropertyMap {
  return fillAbsent(table, revealMap(withoutDefaults(inputs) as PropertyMap));
}

/** Outputs in the same form. */
export function plainState(table: FieldTable, outputs: PropertyMap): PropertyMap {
  return fillAbsent(table, revealMap(outputs));
}

/** Completes and judges inputs; a name that is not given is made, or stays as it was made. */
export function check<Client>(spec: ResourceSpec<Client>, request: CheckRequest): CheckResult {
  const named = spec.autoname;
  const old = named === undefined ? undefined : request.oldInputs?.[named];
  const supplied = named === undefined ? {} : { [named]: old ?? autoname(request.name, request.randomSeed) };
  const checked = checkInputs(spec.fields, request.inputs, supplied);
  if (checked.failures.length > 0 || containsUnknown(checked.inputs)) return checked;
  return { ...checked, failures: spec.validate?.(plainInputs(spec.fields, checked.inputs)) ?? [] };
}

/** Old outputs and checked inputs, the latter as the state has them where changes are ignored. */
function compared<Client>(
  spec: ResourceSpec<Client>,
  request: DiffRequest | UpdateRequest,
): { state: PropertyMap; inputs: PropertyMap } {
  const state = plainState(spec.fields, request.oldOutputs);
  const inputs = plainInputs(spec.fields, request.inputs);
  return { state, inputs: ignoreChanges(inputs, state, request.ignoreChanges ?? []) };
}

/** By path; a name that the program gives has the old object deleted first. */
export function diff<Client>(spec: ResourceSpec<Client>, request: DiffRequest): DiffResult {
  const { state, inputs } = compared(spec, request);
  const detailed = detailedDiff(spec.fields, state, inputs);
  const paths = Object.keys(detailed);
  const replacing = paths.filter((path) => detailed[path]?.kind.endsWith("-replace"));
  const replaces = [...new Set(replacing.map(topLevel))];
  const first = replaces.length > 0 && (spec.deleteBeforeReplace === true || hasExplicitName(spec, request.inputs));
  return {
    changes: paths.length > 0,
    replaces,
    diffs: [...new Set(paths.map(topLevel))],
    ...(first && { deleteBeforeReplace: true }),
    detailedDiff: detailed,
  };
}

/** Two objects of one name cannot exist at a time: a name that is not automatic has the old one deleted first. */
function hasExplicitName<Client>(spec: ResourceSpec<Client>, inputs: PropertyMap): boolean {
  if (spec.autoname === undefined) return false;
  const defaults = inputs[DEFAULTS];
  return !(Array.isArray(defaults) && defaults.includes(spec.autoname));
}

/** @throws InitError with what stands already when the object was made in part */
export async function create<Client>(
  spec: ResourceSpec<Client>,
  request: CreateRequest,
  connect: () => Promise<Client>,
): Promise<CreateResult> {
  const inputs = plainInputs(spec.fields, request.inputs);
  if (request.preview) {
    const planned = plannedState(spec.fields, inputs, undefined, UNKNOWN);
    return { id: "", outputs: previewOutputs(spec.fields, planned, request.inputs) };
  }
  const client = await connect();
  let planned = plannedState(spec.fields, inputs, undefined);
  let id = spec.id(inputs);
  let stands = false;
  try {
    const told = await spec.create(client, inputs, () => (stands = true));
    stands = true;
    const created = typeof told === "string" ? { id: told } : told;
    id = created?.id ?? id;
    planned = { ...planned, ...created?.state };
    if (id === undefined) throw new Error(`${request.urn}: the creation gave no id`);
    const state = await readBack(spec, client, id, planned);
    return { id, outputs: bridgeOutputs(spec.fields, id, state, request.inputs) };
  } catch (error) {
    if (!stands || id === undefined) throw error;
    const outputs = bridgeOutputs(spec.fields, id, planned, request.inputs);
    throw new InitError(id, outputs, [isNativeError(error) ? error.message : String(error)]);
  }
}

async function readBack<Client>(
  spec: ResourceSpec<Client>,
  client: Client,
  id: string,
  planned: PropertyMap,
): Promise<PropertyMap> {
  const live = await spec.read(client, id, planned);
  if (!live) throw new Error(`"${id}" was written, but is not there when it is read back: see who else changes it`);
  return mergeRead(spec.fields, planned, live, true);
}

/** Undefined when the object does not exist. */
export async function read<Client>(
  spec: ResourceSpec<Client>,
  request: ReadRequest,
  client: Client,
): Promise<ReadResult | undefined> {
  const known = knownState(spec, request);
  const live = await spec.read(client, request.id, known);
  if (!live) return undefined;
  const state = mergeRead(spec.fields, known ?? fillAbsent(spec.fields, {}), live, false);
  const marks = { ...request.outputs, ...request.inputs };
  const outputs = bridgeOutputs(spec.fields, request.id, state, marks);
  const inputs = isEmpty(request.inputs)
    ? importedInputs(spec.fields, outputs)
    : refreshedInputs(spec.fields, request.inputs ?? {}, outputs);
  return { id: request.id, inputs, outputs };
}

/** The last state; of a creation that was interrupted what it would have led to; nothing in an import. */
function knownState<Client>(spec: ResourceSpec<Client>, request: ReadRequest): PropertyMap | undefined {
  if (!isEmpty(request.outputs)) return plainState(spec.fields, request.outputs ?? {});
  if (isEmpty(request.inputs)) return undefined;
  return plannedState(spec.fields, plainInputs(spec.fields, request.inputs ?? {}), undefined);
}

function isEmpty(map: PropertyMap | undefined): boolean {
  return map === undefined || Object.values(map).every(isNothing);
}

/** Changes the object and reads it back. */
export async function update<Client>(
  spec: ResourceSpec<Client>,
  request: UpdateRequest,
  connect: () => Promise<Client>,
): Promise<UpdateResult> {
  const { state, inputs } = compared(spec, request);
  const planned = plannedState(spec.fields, inputs, state);
  if (request.preview) return { outputs: bridgeOutputs(spec.fields, request.id, planned, request.inputs) };
  const client = await connect();
  await spec.update(client, request.id, fillAbsent(spec.fields, inputs), state);
  const written = await readBack(spec, client, request.id, planned);
  return { outputs: bridgeOutputs(spec.fields, request.id, written, request.inputs) };
}
