import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ResourceState } from "../../../engine/resource-state";
import type { Backend, Stack } from "../../../engine/state/backend";
import type { Keyring } from "../../../engine/state/passphrase";
import { keyCrypter } from "../../../engine/state/passphrase";
import { openBackend } from "../../../engine/state/stack";
import { Secret } from "../../../providers/base/values";

export const SALT = "v1:c2FsdA==:v1:bm9uY2U=:bm90aGluZw==";
export const PROJECT = "demo";
export const STACK = "dev";

const KEY = randomBytes(32);

/** Keys without the seconds that a real passphrase takes to stretch; every salt has the same one. */
export const quickKeyring: Keyring = {
  open: () => Promise.resolve(keyCrypter(KEY)),
  create: () => Promise.resolve({ salt: SALT, crypter: keyCrypter(KEY) }),
};

export function urn(type: string, name: string): string {
  return `urn:pulumi:${STACK}::${PROJECT}::${type}::${name}`;
}

/** A resource with what a test is not about left empty. */
export function resource(name: string, fields: Partial<ResourceState> = {}): ResourceState {
  const type = fields.type ?? "pkg:index:Thing";
  return {
    urn: urn(type, name),
    type,
    custom: true,
    id: `id-${name}`,
    inputs: { name },
    outputs: { name },
    dependencies: [],
    propertyDependencies: {},
    ...fields,
  };
}

const folders: string[] = [];

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "groundwork-state-"));
  folders.push(folder);
  return folder;
}

export function removeTemporaryFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export interface Place {
  readonly folder: string;
  readonly backend: Backend;
  readonly stack: Stack;
  readonly notices: string[];
}

/** An empty stack in a folder of its own; or the stack of a folder that has it already. */
export async function place(folder = temporaryFolder(), keyring = quickKeyring): Promise<Place> {
  const notices: string[] = [];
  const backend = await openBackend(`file://${folder}`, { keyring, onNotice: (text) => notices.push(text) });
  const stack = backend.stack(PROJECT, STACK);
  if (!(await stack.exists())) await stack.create(SALT);
  return { folder, backend, stack, notices };
}

export const SUCCEEDED = { result: "succeeded", changes: {}, config: {} } as const;

export function journalPath(folder: string): string {
  return join(folder, ".pulumi", "stacks", PROJECT, `${STACK}.journal`);
}

export function checkpointPath(folder: string): string {
  return join(folder, ".pulumi", "stacks", PROJECT, `${STACK}.json`);
}

/** A resource with a secret. */
export const THING = resource("a", { outputs: { password: new Secret("hunter2") } });

/** A stack whose one update made that. */
export async function withThing(): Promise<Place> {
  const made = await place();
  const update = await made.stack.beginUpdate("update");
  await update.recorder.change({ put: THING });
  await update.finish({ ...SUCCEEDED, changes: { create: 1 }, config: { "demo:key": { secure: "v1:x" } } });
  return made;
}

/** Every file below a folder, by its path there. */
export function tree(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
