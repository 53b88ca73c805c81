import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CheckFailure, CreateResult, DiffResult, ResourceProvider } from "../../../providers/base/provider";
import { revealMap } from "../../../providers/base/values";
import type { PropertyMap } from "../../../providers/base/values";

export const TYPES = {
  key: "tls:index/privateKey:PrivateKey",
  request: "tls:index/certRequest:CertRequest",
  selfSigned: "tls:index/selfSignedCert:SelfSignedCert",
  signed: "tls:index/locallySignedCert:LocallySignedCert",
} as const;
export type Kind = keyof typeof TYPES;

const of = (kind: Kind) => ({ urn: `urn:pulumi:dev::test::${TYPES[kind]}::it`, type: TYPES[kind], name: "it" });

export async function failuresOf(
  provider: ResourceProvider,
  kind: Kind,
  inputs: PropertyMap,
): Promise<readonly CheckFailure[]> {
  return (await provider.check({ ...of(kind), inputs })).failures;
}

/** Checks and creates, as an engine does. */
export async function make(
  provider: ResourceProvider,
  kind: Kind,
  inputs: PropertyMap,
  preview = false,
): Promise<CreateResult> {
  const checked = await provider.check({ ...of(kind), inputs });
  expect(checked.failures).toEqual([]);
  return provider.create({ ...of(kind), inputs: checked.inputs, preview });
}

/** The outputs in clear, as strings. */
export async function makePlain(
  provider: ResourceProvider,
  kind: Kind,
  inputs: PropertyMap,
): Promise<Record<string, string>> {
  const { outputs } = await make(provider, kind, inputs);
  return Object.fromEntries(Object.entries(revealMap(outputs)).map(([name, value]) => [name, String(value)]));
}

export function diff(
  provider: ResourceProvider,
  kind: Kind,
  oldInputs: PropertyMap,
  oldOutputs: PropertyMap,
  inputs: PropertyMap,
): Promise<DiffResult> {
  return provider.diff({ ...of(kind), id: "1", oldInputs, oldOutputs, inputs });
}

export function read(provider: ResourceProvider, kind: Kind, inputs: PropertyMap, outputs: PropertyMap) {
  return provider.read({ ...of(kind), id: "1", inputs, outputs });
}

/** A folder of its own for one test's files, with `openssl` and `ssh-keygen` run in it. */
export interface Bench {
  readonly put: (name: string, content: string) => void;
  readonly run: (command: string, ...args: string[]) => string;
  readonly remove: () => void;
}

export function createBench(): Bench {
  const folder = mkdtempSync(join(tmpdir(), "groundwork-tls-"));
  return {
    put: (name, content) => writeFileSync(join(folder, name), content, { mode: 0o600 }),
    run: (command, ...args) => execFileSync(command, args, { cwd: folder, encoding: "utf8", stdio: "pipe" }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
