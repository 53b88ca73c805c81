import type { ResourceState } from "../../engine/resource-state";
import { mapMembers, Secret, Unknown } from "../../providers/base/values";
import type { Value } from "../../providers/base/values";
import { providerRef } from "./ops";

/** Pulumi's sentinel for a value that is not known yet. */
export const UNKNOWN_VALUE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";

/** How a secret is written: as plain text in a preview, in its envelope in an event stream. */
export type SecretForm = "text" | "envelope";

/** A value as JSON; secrets are `[secret]`. */
export function jsonValue(value: Value, form: SecretForm): Value {
  if (value instanceof Secret) {
    return form === "text" ? "[secret]" : { [SIGNATURE_KEY]: SECRET_SIGNATURE, ciphertext: "[secret]" };
  }
  if (value instanceof Unknown) return UNKNOWN_VALUE;
  return mapMembers(value, (member) => jsonValue(member, form));
}

/** A resource as `preview --json` shows it: Pulumi's `apitype.ResourceV3` without what is empty. */
export function digestState(state: ResourceState | undefined): object | undefined {
  if (state === undefined) return undefined;
  return {
    urn: state.urn,
    custom: state.custom,
    delete: state.delete === true ? true : undefined,
    id: state.id === "" ? undefined : state.id,
    type: state.type,
    inputs: filled(jsonValue(state.inputs, "text")),
    outputs: filled(jsonValue(state.outputs, "text")),
    parent: state.parent,
    protect: state.protect === true ? true : undefined,
    external: state.external === true ? true : undefined,
    dependencies: state.dependencies.length > 0 ? state.dependencies : undefined,
    initErrors: state.initErrors,
    provider: state.provider === undefined ? undefined : providerRef(state.provider, UNKNOWN_VALUE),
    propertyDependencies: filled(state.propertyDependencies),
    pendingReplacement: state.pendingReplacement === true ? true : undefined,
    additionalSecretOutputs: state.additionalSecretOutputs,
    aliases: state.aliases,
    created: state.created,
    modified: state.modified,
    sourcePosition: state.sourcePosition,
  };
}

/** A resource as an event stream shows it: Pulumi's `apitype.StepEventStateMetadata`. */
export function eventState(state: ResourceState | undefined): object | null {
  if (state === undefined) return null;
  return {
    type: state.type,
    urn: state.urn,
    custom: state.custom ? true : undefined,
    delete: state.delete === true ? true : undefined,
    id: state.id ?? "",
    parent: state.parent ?? "",
    protect: state.protect === true ? true : undefined,
    inputs: jsonValue(state.inputs, "envelope"),
    outputs: jsonValue(state.outputs, "envelope"),
    provider: providerRef(state.provider ?? "", UNKNOWN_VALUE),
    initErrors: state.initErrors,
  };
}

function filled<T>(value: T): T | undefined {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0 ? value : undefined;
}
