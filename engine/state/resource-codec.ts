import type { PropertyMap } from "../../providers/base/values";
import type { PendingKind, PendingOperation, ResourceState } from "../resource-state";
import { IntegrityError } from "./errors";
import { isObject } from "./property-codec";

/** How a resource's properties are written and read; a PropertyCodec, or in clear. */
export interface PropertyReader {
  decode(properties: unknown, place: string): PropertyMap;
}
export interface PropertyWriter {
  encode(properties: PropertyMap, place: string): Record<string, unknown>;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** The fields of a resource in the order in which Pulumi writes them. Source: Pulumi's `apitype.ResourceV3`. */
const FIELD_ORDER = [
  "urn",
  "custom",
  "delete",
  "id",
  "type",
  "inputs",
  "outputs",
  "parent",
  "protect",
  "taint",
  "external",
  "dependencies",
  "initErrors",
  "provider",
  "propertyDependencies",
  "pendingReplacement",
  "additionalSecretOutputs",
  "aliases",
  "customTimeouts",
  "importID",
  "retainOnDelete",
  "deletedWith",
  "replaceWith",
  "created",
  "modified",
  "sourcePosition",
  "stackTrace",
  "ignoreChanges",
  "hideDiff",
  "replaceOnChanges",
] as const;

type Shape = "string" | "boolean" | "strings" | "object";

/** The optional fields that are read and written as they are; what is empty is left out, as Go's `omitempty` does. */
const PLAIN_FIELDS = {
  id: "string",
  parent: "string",
  provider: "string",
  deletedWith: "string",
  protect: "boolean",
  external: "boolean",
  delete: "boolean",
  pendingReplacement: "boolean",
  retainOnDelete: "boolean",
  initErrors: "strings",
  additionalSecretOutputs: "strings",
  aliases: "strings",
  ignoreChanges: "strings",
  replaceOnChanges: "strings",
  customTimeouts: "object",
  importID: "string",
  sourcePosition: "string",
  created: "string",
  modified: "string",
} as const satisfies Partial<Record<keyof ResourceState, Shape>>;

const PENDING_KINDS: ReadonlySet<string> = new Set<PendingKind>([
  "creating",
  "updating",
  "deleting",
  "reading",
  "importing",
]);

const OWN_FIELDS: ReadonlySet<string> = new Set([
  ...Object.keys(PLAIN_FIELDS),
  ...["urn", "type", "custom", "inputs", "outputs", "dependencies", "propertyDependencies"],
]);

export function decodeResource(json: unknown, reader: PropertyReader): ResourceState {
  if (!isObject(json)) throw new IntegrityError("an entry of the state's resources is not an object");
  const { urn, type, custom, inputs, outputs, dependencies, propertyDependencies } = json;
  if (typeof urn !== "string" || urn === "") throw new IntegrityError("a resource of the state has no urn");
  if (typeof type !== "string" || type === "")
    throw new IntegrityError(`${urn}: the resource has no type in the state`);
  const unknownFields = Object.entries(json).filter(([name]) => !OWN_FIELDS.has(name));
  return {
    urn,
    type,
    custom: custom === true,
    inputs: reader.decode(inputs, `${urn} inputs`),
    outputs: reader.decode(outputs, `${urn} outputs`),
    dependencies: strings(dependencies, urn, "dependencies"),
    propertyDependencies: isObject(propertyDependencies)
      ? Object.fromEntries(
          Object.entries(propertyDependencies).map(([k, v]) => [k, strings(v, urn, "propertyDependencies")]),
        )
      : {},
    ...plainFields(json, urn),
    ...(unknownFields.length > 0 ? { unknownFields: Object.fromEntries(unknownFields) } : {}),
  };
}

export function encodeResource(resource: ResourceState, writer: PropertyWriter): Record<string, unknown> {
  const { urn, type, custom, dependencies, propertyDependencies, unknownFields } = resource;
  const fields: Record<string, unknown> = {
    ...omitEmpty({
      ...Object.fromEntries(Object.keys(PLAIN_FIELDS).map((name) => [name, resource[name as keyof ResourceState]])),
      inputs: writer.encode(resource.inputs, `${urn} inputs`),
      outputs: writer.encode(resource.outputs, `${urn} outputs`),
      dependencies,
      propertyDependencies: sorted(propertyDependencies),
    }),
    ...unknownFields,
    urn,
    type,
    custom,
  };
  const ordered: Record<string, unknown> = {};
  for (const name of FIELD_ORDER) if (name in fields) ordered[name] = fields[name];
  return Object.assign(ordered, unknownFields);
}

export function decodeOperation(json: unknown, reader: PropertyReader): PendingOperation {
  const kind = isObject(json) ? json["type"] : undefined;
  if (!isObject(json) || typeof kind !== "string" || !PENDING_KINDS.has(kind)) {
    throw new IntegrityError(`a pending operation of the state has the unknown type ${String(kind)}`);
  }
  return { type: kind as PendingKind, resource: decodeResource(json["resource"], reader) };
}

export function encodeOperation(operation: PendingOperation, writer: PropertyWriter): Record<string, unknown> {
  return { resource: encodeResource(operation.resource, writer), type: operation.type };
}

function plainFields(json: JsonObject, urn: string): Partial<ResourceState> {
  const fields: Record<string, unknown> = {};
  for (const [name, shape] of Object.entries(PLAIN_FIELDS)) {
    const value = json[name];
    if (value === undefined || value === null) continue;
    fields[name] = plainField(value, shape, urn, name);
  }
  return fields;
}

function plainField(value: unknown, shape: Shape, urn: string, name: string): unknown {
  switch (shape) {
    case "strings":
      return strings(value, urn, name);
    case "object":
      if (isObject(value)) return value;
      break;
    case "string":
    case "boolean":
      if (typeof value === shape) return value;
  }
  throw new IntegrityError(`${urn}: ${name} of the state is not of the type ${shape}`);
}

function strings(value: unknown, urn: string, name: string): readonly string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((member) => typeof member === "string")) return value;
  throw new IntegrityError(`${urn}: ${name} of the state is not a list of strings`);
}

function omitEmpty(fields: JsonObject): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === false || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

function sorted<T>(map: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}
