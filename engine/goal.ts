import { pathToFileURL } from "node:url";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { fromStruct, fromWire, SIGNATURE_KEY, SIGNATURES } from "../providers/base/wire";
import { isPropertyMap, Secret } from "../providers/base/values";
import type { PropertyMap, Value } from "../providers/base/values";
import { UnsupportedError } from "./errors";
import { hookNames } from "./hooks";
import type { HookNames } from "./hooks";
import type { ResourceState } from "./resource-state";
import { parsePropertyPath } from "./property-path";
import { createUrn, STACK_TYPE } from "./urn";

/** What a program wants one resource to be. */
export interface Goal {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly inputs: PropertyMap;
  readonly parent?: string;
  /** `<urn>::<id>`; absent: the default provider of the package. */
  readonly provider?: string;
  readonly version: string;
  /** Where the plugin of its package can be downloaded; empty when the program does not say. */
  readonly downloadUrl: string;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly deletedWith?: string;
  /** URNs: when one of them is replaced, so is this. */
  readonly replaceWith?: readonly string[];
  /** When it is another value than the last time, the resource is replaced; null and absent ask for nothing. */
  readonly replacementTrigger?: Value;
  readonly hooks?: HookNames;
  /** Changes that displays do not spell out. */
  readonly hideDiff?: ResourceState["hideDiff"];
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  /** Absent: the provider decides. */
  readonly deleteBeforeReplace?: boolean;
  readonly additionalSecretOutputs: readonly string[];
  readonly aliases: readonly AliasSpec[];
  readonly customTimeouts?: ResourceState["customTimeouts"];
  readonly sourcePosition?: string;
  /** The id of an existing object that the resource takes over. */
  readonly importId?: string;
}

/** A former identity: a whole URN, or what was different. */
export type AliasSpec =
  | { readonly urn: string }
  | {
      readonly name?: string;
      readonly type?: string;
      readonly stack?: string;
      readonly project?: string;
      /** `null`: had no parent; absent: the same parent. */
      readonly parent?: string | null;
    };

/** A goal that asks for nothing but that the resource be there. */
export function bareGoal(
  identity: Pick<Goal, "urn" | "type" | "name" | "custom" | "version"> & Partial<Pick<Goal, "downloadUrl">>,
): Goal {
  const lists = { dependencies: [], ignoreChanges: [], replaceOnChanges: [], additionalSecretOutputs: [], aliases: [] };
  return { downloadUrl: "", ...identity, ...lists, inputs: {}, propertyDependencies: {} };
}

/** What the program asks for and this engine does not do, by the words of the resource options. */
const REFUSED_OPTIONS: readonly (readonly [string, (r: RegisterResourceRequest) => boolean])[] = [
  ["a remote component", (r) => r.getRemote()],
  ["a parameterized package", (r) => r.getPackageref() !== ""],
  ["envVarMappings", (r) => r.getEnvvarmappingsMap().getLength() > 0],
  ["a state migration", (r) => r.getStateMigrationsList().length > 0],
  ["a plugin checksum", (r) => r.getPluginchecksumsMap().getLength() > 0],
];

export function goalOf(
  request: RegisterResourceRequest,
  stack: { project: string; stack: string; root: string },
): Goal {
  const type = request.getType();
  const name = request.getName();
  const parent = request.getParent() || undefined;
  const urn = createUrn({
    ...{ project: stack.project, stack: stack.stack },
    type,
    name,
    ...(parent !== undefined && { parent }),
  });
  for (const [option, isUsed] of REFUSED_OPTIONS) {
    if (isUsed(request)) throw new UnsupportedError(urn, option);
  }
  const inputs = fromStruct(request.getObject());
  if (holdsAsset(inputs)) throw new UnsupportedError(urn, "an asset or archive among the inputs");
  const timeouts = customTimeouts(request);
  const hooks = hookNames(request);
  return {
    urn,
    type,
    name,
    custom: request.getCustom(),
    inputs,
    ...(parent !== undefined && type !== STACK_TYPE && { parent }),
    ...(request.getProvider() !== "" && { provider: request.getProvider() }),
    version: request.getVersion(),
    downloadUrl: request.getPlugindownloadurl(),
    dependencies: [...request.getDependenciesList()].sort(),
    propertyDependencies: propertyDependencies(request),
    ...(request.hasProtect() && { protect: request.getProtect() === true }),
    ...(request.hasRetainondelete() && { retainOnDelete: request.getRetainondelete() === true }),
    ...(request.getDeletedwith() !== "" && { deletedWith: request.getDeletedwith() }),
    ...(request.getReplaceWithList().length > 0 && { replaceWith: [...request.getReplaceWithList()].sort() }),
    ...(hooks !== undefined && { hooks }),
    ...replacementTrigger(request),
    ...(request.getHidediffsList().length > 0 && { hideDiff: propertyPaths(request.getHidediffsList()) }),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    ...(request.getDeletebeforereplacedefined() && { deleteBeforeReplace: request.getDeletebeforereplace() }),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    aliases: aliasSpecs(request),
    ...(timeouts !== undefined && { customTimeouts: timeouts }),
    ...sourcePosition(request, stack.root),
    ...(request.getImportid() !== "" && { importId: request.getImportid() }),
  };
}

function propertyPaths(texts: readonly string[]): readonly string[] {
  texts.forEach(parsePropertyPath);
  return texts;
}

function replacementTrigger(request: RegisterResourceRequest): { replacementTrigger?: Value } {
  const trigger = fromWire(request.getReplacementTrigger()?.toJavaScript());
  return trigger === null ? {} : { replacementTrigger: trigger };
}

function propertyDependencies(request: RegisterResourceRequest): Record<string, readonly string[]> {
  const dependencies: Record<string, readonly string[]> = {};
  request.getPropertydependenciesMap().forEach((urns, key) => {
    dependencies[key] = [...urns.getUrnsList()].sort();
  });
  return dependencies;
}

function aliasSpecs(request: RegisterResourceRequest): AliasSpec[] {
  const urns = request.getAliasurnsList().map((urn) => ({ urn }));
  const specs = request.getAliasesList().map((alias): AliasSpec => {
    const spec = alias.getSpec();
    if (spec === undefined) return { urn: alias.getUrn() };
    return {
      ...(spec.getName() !== "" && { name: spec.getName() }),
      ...(spec.getType() !== "" && { type: spec.getType() }),
      ...(spec.getStack() !== "" && { stack: spec.getStack() }),
      ...(spec.getProject() !== "" && { project: spec.getProject() }),
      ...(spec.getNoparent() ? { parent: null } : spec.getParenturn() !== "" && { parent: spec.getParenturn() }),
    };
  });
  return [...urns, ...specs];
}

/** Where the program declares the resource, relative to the project: a state must not depend on where that lies. */
function sourcePosition(request: RegisterResourceRequest, root: string): { sourcePosition?: string } {
  const position = request.getSourceposition();
  const uri = position?.getUri() ?? "";
  const rootUri = folderUri(root);
  if (position === undefined || !uri.startsWith(rootUri)) return {};
  const path = uri.slice(rootUri.length);
  return { sourcePosition: `project:///${path}#${position.getLine()},${position.getColumn()}` };
}

const uris = new Map<string, string>();

function folderUri(folder: string): string {
  const known = uris.get(folder);
  if (known !== undefined) return known;
  const uri = `${pathToFileURL(folder).href}/`;
  uris.set(folder, uri);
  return uri;
}

function customTimeouts(request: RegisterResourceRequest): ResourceState["customTimeouts"] {
  const timeouts = request.getCustomtimeouts();
  const entries = (
    [
      ["create", timeouts?.getCreate()],
      ["update", timeouts?.getUpdate()],
      ["delete", timeouts?.getDelete()],
      ["read", timeouts?.getRead()],
    ] as const
  ).flatMap(([kind, text]) => (text ? [[kind, durationSeconds(text)] as const] : []));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** Seconds of a Go duration, `1h30m` or `1.5s`. */
export function durationSeconds(text: string): number {
  const units: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };
  const parts = [...text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map((p) => p[0]).join("") !== text) {
    throw new Error(`"${text}" is not a duration; write it as 30s, 5m or 1h30m`);
  }
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (units[unit ?? ""] ?? 0), 0);
}

function holdsAsset(value: Value): boolean {
  if (value instanceof Secret) return holdsAsset(value.value);
  if (Array.isArray(value)) return value.some(holdsAsset);
  if (!isPropertyMap(value)) return false;
  const signature = value[SIGNATURE_KEY];
  return signature === SIGNATURES.asset || signature === SIGNATURES.archive || Object.values(value).some(holdsAsset);
}
