import type { StepInfo, StepOp } from "../../engine/events";
import type { ResourceState } from "../../engine/resource-state";
import { mapMembers, Secret, Unknown } from "../../providers/base/values";
import type { Value } from "../../providers/base/values";

/** Pulumi's sentinel for a value that is not known yet. */
const UNKNOWN_VALUE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** A secret as Pulumi's states and event streams hold it. */
const ENVELOPE = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "[secret]" };

/** What a preview shows of a resource, in this order: Pulumi's `apitype.ResourceV3`. */
const DIGEST_FIELDS = [
  ...(["urn", "custom", "delete", "id", "type", "inputs", "outputs", "parent", "protect", "external"] as const),
  ...(["dependencies", "initErrors", "provider", "propertyDependencies", "pendingReplacement"] as const),
  ...(["additionalSecretOutputs", "aliases", "customTimeouts", "importID"] as const),
  ...(["retainOnDelete", "deletedWith", "replaceWith", "created", "modified", "sourcePosition"] as const),
  ...(["ignoreChanges", "hideDiff", "replaceOnChanges", "replacementTrigger", "resourceHooks"] as const),
];

/** Steps of which a program tells the inputs, and nothing else is known when they begin. */
const DECLARED: ReadonlySet<StepOp> = new Set(["same", "create", "update", "create-replacement"]);

/** A step as it begins: what it makes has no id, no outputs and no times yet. A refresh that finds nothing shows the old state. */
export function asBegun(step: StepInfo): StepInfo {
  if (step.refreshOp === "same" && step.old !== undefined) return { ...step, new: step.old };
  if (step.new === undefined || !DECLARED.has(step.op)) return step;
  const { id: _id, created: _created, modified: _modified, ...state } = step.new;
  const times = step.op.startsWith("create") ? {} : { created: step.old?.created, modified: step.old?.modified };
  return { ...step, new: { ...state, ...times, outputs: {} } as ResourceState };
}

/** A value as JSON, secrets as `[secret]`: plain text in a preview, in their envelope in an event stream. */
export function jsonValue(value: Value, form: "text" | "envelope"): Value {
  if (value instanceof Secret) return form === "text" ? "[secret]" : ENVELOPE;
  if (value instanceof Unknown) return UNKNOWN_VALUE;
  return mapMembers(value, (member) => jsonValue(member, form));
}

/** A provider reference, whose id is empty as long as the provider has not been made. */
export function providerRef(reference: string, unknown = UNKNOWN_VALUE): string {
  return reference.endsWith("::") ? reference + unknown : reference;
}

/** A resource as `preview --json` shows it: without what is empty. */
export function digestState(state: ResourceState | undefined): object | undefined {
  if (state === undefined) return undefined;
  const shown = { ...state, provider: state.provider && providerRef(state.provider) };
  const fields = DIGEST_FIELDS.filter((field) => field === "custom" || !isEmpty(shown[field]));
  return Object.fromEntries(fields.map((field) => [field, jsonValue(shown[field] as Value, "text")]));
}

/** A resource as an event stream shows it: Pulumi's `apitype.StepEventStateMetadata`. */
export function eventState(state: ResourceState | undefined): object | null {
  if (state === undefined) return null;
  const { type, urn, id = "", parent = "", inputs, outputs, provider = "", initErrors, hideDiff: hideDiffs } = state;
  const marks = { custom: state.custom || undefined, delete: state.delete, protect: state.protect };
  const more = { external: state.external, retainOnDelete: state.retainOnDelete };
  const properties = { inputs: jsonValue(inputs, "envelope"), outputs: jsonValue(outputs, "envelope") };
  return {
    type,
    urn,
    id,
    parent,
    ...marks,
    ...more,
    ...properties,
    provider: providerRef(provider),
    initErrors,
    hideDiffs,
  };
}

function isEmpty(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return value === undefined || value === "" || value === false;
}
