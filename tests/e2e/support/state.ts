/** What `stack export --show-secrets` prints. */
export interface ExportedState {
  readonly deployment: {
    readonly resources: readonly ExportedResource[];
    readonly pending_operations?: readonly unknown[];
  };
}

export interface ExportedResource {
  readonly urn: string;
  readonly type: string;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
}

const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";

/** The values that the state holds encrypted, and whose they are. */
export function secretValues({ deployment }: ExportedState): { readonly urn: string; readonly value: unknown }[] {
  return deployment.resources.flatMap((resource) => {
    const found: { urn: string; value: unknown }[] = [];
    visitSecrets(resource, (value) => found.push({ urn: resource.urn, value }));
    return found;
  });
}

/** A value without the envelopes of its secrets. */
export function inClear(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inClear);
  if (typeof value !== "object" || value === null) return value;
  const secret = opened(value);
  if (secret !== undefined) return inClear(secret.value);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, inClear(member)]));
}

export interface PlacedFile {
  readonly path: string;
  readonly kind: "whole" | "block" | "seed";
  readonly content: string;
  readonly owner: string;
  readonly group: string;
  readonly mode: string;
  readonly marker?: string;
  readonly position?: "start" | "end";
  readonly adopt?: boolean;
}

export interface PlacedDirectory {
  readonly path: string;
  readonly owner: string;
  readonly group: string;
  readonly mode: string;
}

export interface Placement {
  readonly host: string;
  readonly files: readonly PlacedFile[];
  readonly directories: readonly PlacedDirectory[];
}

/** What the state says was placed, a FileSet each. */
export function placements({ deployment }: ExportedState): Placement[] {
  return deployment.resources
    .filter(({ type }) => type === "hosts:index:FileSet")
    .map(({ inputs }) => inClear(inputs) as { host: { name: string } } & Partial<Omit<Placement, "host">>)
    .map(({ host, files = [], directories = [] }) => ({ host: host.name, files, directories }));
}

/** The URN of the one resource of this logical name and type's end: `Permissions`, `mig-relay-permissions-agent`. */
export function urnOf({ deployment }: ExportedState, type: string, name: string): string {
  const found = deployment.resources.filter(({ urn }) => urn.endsWith(`:${type}::${name}`));
  if (found.length !== 1) throw new Error(`The state has ${found.length} resources ${type} ${name}, not one.`);
  return found[0]?.urn ?? "";
}

function visitSecrets(value: unknown, visit: (secret: unknown) => void): void {
  if (typeof value !== "object" || value === null) return;
  const secret = opened(value);
  if (secret !== undefined) visit(secret.value);
  else Object.values(value).forEach((member) => visitSecrets(member, visit));
}

function opened(value: object): { readonly value: unknown } | undefined {
  const { [SIGNATURE_KEY]: signature, plaintext } = value as Record<string, unknown>;
  return signature === SECRET_SIGNATURE ? { value: JSON.parse(String(plaintext)) } : undefined;
}
