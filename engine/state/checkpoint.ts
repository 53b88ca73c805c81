import { createHash } from "node:crypto";
import type { ResourceState, Snapshot } from "../resource-state";
import { verifyIntegrity } from "./integrity";
import type { Deployment } from "./backend";
import { IntegrityError, StateError } from "./errors";
import { isReadable, LATEST_VERSION, unknownFeatures, versionOf } from "./features";
import { isObject } from "./property-codec";
import type { PropertyReader, PropertyWriter } from "./resource-codec";
import { decodeOperation, decodeResource, encodeOperation, encodeResource } from "./resource-codec";

/** Deployments as the checkpoint file and `stack export` hold them. Source: Pulumi's `apitype.DeploymentV3`. */

/** A deployment whose version, features and manifest were accepted and whose resources were not looked at yet. */
export interface RawDeployment {
  /** Of the passphrase that its secrets are encrypted with; absent in a state that never held one. */
  readonly salt: string | undefined;
  readonly resources: readonly unknown[];
  readonly pendingOperations: readonly unknown[];
  /** RFC 3339; when it was written. */
  readonly time: string | undefined;
  /** Everything else, kept as it was read. */
  readonly rest: Readonly<Record<string, unknown>>;
}

export const EMPTY_DEPLOYMENT: RawDeployment = {
  salt: undefined,
  resources: [],
  pendingOperations: [],
  time: undefined,
  rest: { metadata: {} },
};

export interface RawCheckpoint {
  readonly latest: RawDeployment;
  /** Fields of the checkpoint beside `latest`, kept as they were read. */
  readonly rest: Readonly<Record<string, unknown>>;
}

/** `source` names the file in errors. */
export function parseCheckpoint(text: string, source: string): RawCheckpoint {
  const envelope = parseJson(text, source);
  acceptVersion(envelope, source);
  const checkpoint = envelope["checkpoint"];
  if (!isObject(checkpoint)) throw new StateError(`${source} holds no checkpoint; restore it from its .bak file`);
  const { latest, ...rest } = checkpoint;
  return { latest: latest === undefined ? EMPTY_DEPLOYMENT : parseDeployment(latest, source), rest };
}

/** What `stack export` printed. */
export function parseExport(deployment: unknown, source: string): RawDeployment {
  if (!isObject(deployment))
    throw new StateError(`${source} holds no deployment; give it what \`stack export\` printed`);
  acceptVersion(deployment, source);
  return parseDeployment(deployment["deployment"], source);
}

/** Decodes and verifies: what comes out keeps the integrity rules, if need be after a `repair`. */
export function decodeSnapshot(
  raw: RawDeployment,
  reader: PropertyReader,
  repair: (resources: ResourceState[]) => ResourceState[] = (resources) => resources,
): Snapshot {
  const resources = repair(raw.resources.map((resource) => decodeResource(resource, reader)));
  verifyIntegrity(resources);
  return { resources, pendingOperations: raw.pendingOperations.map((operation) => decodeOperation(operation, reader)) };
}

/** The inverse of `decodeSnapshot`; refuses a snapshot that breaks the integrity rules. */
export function encodeSnapshot(snapshot: Snapshot, salt: string | undefined, writer: PropertyWriter): RawDeployment {
  verifyIntegrity(snapshot.resources);
  return {
    ...EMPTY_DEPLOYMENT,
    salt,
    resources: snapshot.resources.map((resource) => encodeResource(resource, writer)),
    pendingOperations: snapshot.pendingOperations.map((operation) => encodeOperation(operation, writer)),
  };
}

export function formatCheckpoint(stack: string, checkpoint: RawCheckpoint): string {
  const { latest, rest } = checkpoint;
  const body = Object.assign({ stack }, rest, { stack, latest: formatDeployment(latest) });
  return JSON.stringify({ ...versionOf(latest.resources), checkpoint: body });
}

export function formatExport(raw: RawDeployment): Deployment {
  return { ...versionOf(raw.resources), deployment: formatDeployment(raw) };
}

function formatDeployment(raw: RawDeployment): Record<string, unknown> {
  const { metadata, ...rest } = raw.rest;
  return {
    manifest: { time: raw.time ?? new Date().toISOString(), magic: "", version: "" },
    ...(raw.salt === undefined ? {} : { secrets_providers: { type: "passphrase", state: { salt: raw.salt } } }),
    ...(raw.resources.length === 0 ? {} : { resources: raw.resources }),
    ...(raw.pendingOperations.length === 0 ? {} : { pending_operations: raw.pendingOperations }),
    metadata: metadata ?? {},
    ...rest,
  };
}

function parseJson(text: string, source: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(text);
    if (isObject(json)) return json;
  } catch {
    // The parser's message quotes the text around the fault, which may hold anything.
  }
  throw new StateError(`${source} is not a JSON object; restore it from its .bak file`);
}

function acceptVersion(envelope: Readonly<Record<string, unknown>>, source: string): void {
  const { version, features } = envelope;
  const unknown = unknownFeatures(features);
  if (unknown.length > 0) {
    const names = unknown.join(", ");
    throw new StateError(
      `${source} uses features that this engine does not know: ${names}; use Pulumi's own CLI for it`,
    );
  }
  if (isReadable(version)) return;
  const age = typeof version === "number" && version > LATEST_VERSION ? "newer than" : "not";
  throw new StateError(
    `${source} is of version ${String(version)}, ${age} version ${LATEST_VERSION}, which this engine reads; ` +
      "use Pulumi's own CLI for it",
  );
}

function parseDeployment(json: unknown, source: string): RawDeployment {
  if (!isObject(json)) throw new StateError(`${source} holds no deployment; restore it from its .bak file`);
  const { manifest, secrets_providers, resources, pending_operations, ...rest } = json;
  return {
    salt: saltOf(secrets_providers, source),
    resources: list(resources, "resources", source),
    pendingOperations: list(pending_operations, "pending_operations", source),
    time: acceptManifest(manifest, source),
    rest,
  };
}

function acceptManifest(manifest: unknown, source: string): string | undefined {
  if (!isObject(manifest)) return undefined;
  const { version, magic, time } = manifest;
  const expected = typeof version === "string" && version !== "" ? sha256(version) : "";
  if ((magic ?? "") !== expected) {
    throw new IntegrityError(`${source}: the manifest's magic does not follow from its version; the file was altered`);
  }
  return typeof time === "string" ? time : undefined;
}

function saltOf(provider: unknown, source: string): string | undefined {
  if (!isObject(provider) || !provider["type"]) return undefined;
  const state = provider["state"];
  if (provider["type"] === "passphrase" && isObject(state) && typeof state["salt"] === "string") return state["salt"];
  throw new StateError(
    `${source} encrypts secrets by ${String(provider["type"])}, this engine by passphrase only; ` +
      "change it with `pulumi stack change-secrets-provider passphrase`",
  );
}

function list(value: unknown, name: string, source: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw new StateError(`${source}: ${name} is not a list; restore it from its .bak file`);
}

export function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
