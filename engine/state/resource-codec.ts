import type { PropertyMap } from "../../providers/base/values";
import type { HookNames } from "../hooks";
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

const SHAPES = {
  string: (value: unknown) => typeof value === "string",
  boolean: (value: unknown) => typeof value === "boolean",
  strings: (value: unknown) => Array.isArray(value) && value.every((member) => typeof member === "string"),
  object: isObject,
} as const;

/**
 * The fields of a resource in the order in which Pulumi writes them, with the shape of those that are read and written
 * as they are. "own" fields have code of their own; "kept" ones this engine does not interpret.
 * Source: Pulumi's `apitype.ResourceV3`.
 */
const FIELDS = {
  urn: "string",
  custom: "own",
  delete: "boolean",
  id: "string",
  type: "string",
  inputs: "own",
  outputs: "own",
  parent: "string",
  protect: "boolean",
  taint: "kept",
  external: "boolean",
  dependencies: "strings",
  initErrors: "strings",
  provider: "string",
  propertyDependencies: "own",
  pendingReplacement: "boolean",
  additionalSecretOutputs: "strings",
  aliases: "strings",
  customTimeouts: "object",
  importID: "string",
  retainOnDelete: "boolean",
  deletedWith: "string",
  replaceWith: "strings",
  created: "string",
  modified: "string",
  sourcePosition: "string",
  stackTrace: "kept",
  ignoreChanges: "strings",
  hideDiff: "strings",
  replaceOnChanges: "strings",
  replacementTrigger: "own",
  resourceHooks: "own",
} as const satisfies Record<string, keyof typeof SHAPES | "own" | "kept">;

const FIELD_SHAPES = Object.entries(FIELDS);
/** The fields that a ResourceState holds as the file does. */
type ResourceField = Exclude<keyof ResourceState, "unknownFields">;

const PENDING_KINDS: ReadonlySet<string> = new Set<PendingKind>([
  "creating",
  "updating",
  "deleting",
  "reading",
  "importing",
]);

export function decodeResource(json: unknown, reader: PropertyReader): ResourceState {
  if (!isObject(json)) throw new IntegrityError("an entry of the state's resources is not an object");
  const { urn, type, custom, inputs, outputs, propertyDependencies, replacementTrigger, resourceHooks } = json;
  if (typeof urn !== "string" || urn === "") throw new IntegrityError("a resource of the state has no urn");
  if (typeof type !== "string" || type === "")
    throw new IntegrityError(`${urn}: the resource has no type in the state`);
  const plain: Record<string, unknown> = {};
  const unknown: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(json)) {
    const shape = name in FIELDS ? FIELDS[name as keyof typeof FIELDS] : "kept";
    if (shape === "kept") unknown[name] = value;
    else if (shape !== "own" && value !== null) plain[name] = shaped(value, shape, urn, name);
  }
  return {
    urn,
    type,
    dependencies: [],
    ...plain,
    custom: custom === true,
    inputs: reader.decode(inputs, `${urn} inputs`),
    outputs: reader.decode(outputs, `${urn} outputs`),
    propertyDependencies: decodeLists(propertyDependencies, urn, "propertyDependencies"),
    ...(isEmpty(resourceHooks ?? {}) ? {} : { resourceHooks: decodeHooks(resourceHooks, urn) }),
    ...reader.decode(isSet(replacementTrigger) ? { replacementTrigger } : {}, `${urn} replacementTrigger`),
    ...(Object.keys(unknown).length > 0 ? { unknownFields: unknown } : {}),
  };
}

export function encodeResource(resource: ResourceState, writer: PropertyWriter): Record<string, unknown> {
  const { urn, unknownFields, replacementTrigger } = resource;
  const own: Record<string, unknown> = {
    custom: resource.custom,
    inputs: writer.encode(resource.inputs, `${urn} inputs`),
    outputs: writer.encode(resource.outputs, `${urn} outputs`),
    propertyDependencies: sorted(resource.propertyDependencies),
    resourceHooks: encodeHooks(resource.resourceHooks ?? {}),
    ...(replacementTrigger !== undefined && writer.encode({ replacementTrigger }, `${urn} replacementTrigger`)),
  };
  const ordered: Record<string, unknown> = {};
  for (const [name, shape] of FIELD_SHAPES) {
    const value =
      shape === "kept" ? unknownFields?.[name] : shape === "own" ? own[name] : resource[name as ResourceField];
    // What is empty is left out, as Go's `omitempty` does; what is not ours to judge stays as it is.
    if (name === "custom" || (shape === "kept" ? value !== undefined : !isEmpty(value))) ordered[name] = value;
  }
  return unknownFields === undefined ? ordered : Object.assign(ordered, unknownFields);
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

function shaped(value: unknown, shape: keyof typeof SHAPES, urn: string, name: string): unknown {
  if (SHAPES[shape](value)) return value;
  throw new IntegrityError(`${urn}: ${name} of the state is not of the shape ${shape}`);
}

/** URNs by property, or names by hook; Go writes an empty list as null. */
function decodeLists(json: unknown, urn: string, field: string): Record<string, readonly string[]> {
  const lists = Object.entries(isObject(json) ? json : {});
  return Object.fromEntries(
    lists.map(([name, members]) => [name, shaped(members ?? [], "strings", urn, field) as string[]]),
  );
}

/** The state writes `BeforeCreate` for the option `beforeCreate`. */
function decodeHooks(json: unknown, urn: string): HookNames {
  return renamed(decodeLists(json, urn, "resourceHooks"), (kind) => kind.charAt(0).toLowerCase() + kind.slice(1));
}

function encodeHooks(hooks: HookNames): Record<string, unknown> {
  return sorted(renamed(hooks, (kind) => kind.charAt(0).toUpperCase() + kind.slice(1)));
}

function renamed<T>(map: Readonly<Record<string, T>>, rename: (name: string) => string): Record<string, T> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [rename(name), value]));
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === false || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

function sorted<T>(map: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}
