import { InitError, type CreateRequest, type CreateResult, type DeleteRequest } from "../../base/provider";
import type { DiffResult, ReadRequest, ReadResult, UpdateRequest, UpdateResult } from "../../base/provider";
import { isPropertyMap, reveal, type PropertyMap } from "../../base/values";
import { hostOf, idOf, redactorFor, type Context } from "./context";
import { change, diffHost, diffValues, merge, toResult } from "./detailed-diff";
import { encode, program, quote, runTask, tailOf } from "./script";

/** Changes of these touch nothing on the host. */
const SILENT = /^(host\.|revert$)/;

export function diffGuard(oldInputs: PropertyMap, oldOutputs: PropertyMap, inputs: PropertyMap): DiffResult {
  const names = ["check", "apply", "revert", "environment", "triggers"];
  return toResult(
    merge([
      diffHost(oldInputs["host"], inputs["host"]),
      ...names.map((name) => diffValues(name, oldInputs[name], inputs[name])),
      oldOutputs["applied"] === false ? change("applied", "update", false) : {},
    ]),
  );
}

export async function createGuard(context: Context, request: CreateRequest): Promise<CreateResult> {
  const { urn, name, inputs, preview } = request;
  const id = idOf(urn, name, inputs);
  return { id, outputs: preview ? { applied: true } : await ensure(context, id, request) };
}

export async function updateGuard(context: Context, request: UpdateRequest): Promise<UpdateResult> {
  const { id, oldInputs, oldOutputs, inputs, preview } = request;
  const paths = Object.keys(diffGuard(oldInputs, oldOutputs, inputs).detailedDiff ?? {});
  if (paths.length > 0 && paths.every((path) => SILENT.test(path))) return { outputs: oldOutputs };
  return { outputs: preview ? { applied: true } : await ensure(context, id, request) };
}

/** A guard without a state exists when its check says so. */
export async function readGuard(context: Context, request: ReadRequest): Promise<ReadResult | undefined> {
  const { id, inputs = {}, outputs } = request;
  const applied = (await run(context, id, request.inputs, "check", request.timeoutSeconds)).code === 0;
  return !applied && outputs === undefined ? undefined : { id, inputs, outputs: { applied } };
}

export async function deleteGuard(context: Context, request: DeleteRequest): Promise<readonly string[]> {
  const { id, inputs, timeoutSeconds } = request;
  if (inputs["revert"] === undefined) {
    return [`host ${hostOf(context, id, inputs).name}: what ${id} applied is not undone, as it has no revert`];
  }
  const { code, detail, host } = await run(context, id, inputs, "revert", timeoutSeconds);
  if (code === 0) return [];
  throw new Error(`host ${host}: revert of ${id} failed with exit code ${code}${detail}.`);
}

/** `apply` runs only when `check` fails, and has to make it succeed. */
async function ensure(
  context: Context,
  id: string,
  { inputs, timeoutSeconds }: Pick<CreateRequest, "inputs" | "timeoutSeconds">,
): Promise<PropertyMap> {
  if ((await run(context, id, inputs, "check", timeoutSeconds)).code === 0) return { applied: true };
  const failed = (reason: string) => new InitError(id, { applied: false }, [reason]);
  const { code, detail, host } = await run(context, id, inputs, "apply", timeoutSeconds);
  if (code !== 0) throw failed(`host ${host}: apply of ${id} failed with exit code ${code}${detail}.`);
  const check = await run(context, id, inputs, "check", timeoutSeconds);
  if (check.code === 0) return { applied: true };
  throw failed(
    `host ${host}: apply of ${id} ended well, but its check still fails (exit code ${check.code})${check.detail}.`,
  );
}

/** What a command prints on standard output is shown nowhere. */
async function run(
  context: Context,
  id: string,
  inputs: PropertyMap | undefined,
  command: "check" | "apply" | "revert",
  timeoutSeconds: number | undefined,
) {
  const host = hostOf(context, id, inputs);
  const plain = reveal(inputs ?? {}) as PropertyMap;
  const environment = isPropertyMap(plain["environment"]) ? Object.entries(plain["environment"]) : [];
  const exports = environment.map(([name, value]) => `export ${name}=${quote(String(value))}`);
  const commands = [...exports, `attempt ${command} ${encode(String(plain[command] ?? ""))}`, "say done"];
  const redactor = redactorFor(context, inputs ?? {});
  const task = { host, script: program([], commands), subjects: new Map<string, string>(), redactor, timeoutSeconds };
  const lines = await runTask(context.connections, task);
  const [, code = "", stderr = ""] = lines.find(({ kind }) => kind === "ran")?.fields ?? [];
  const tail = tailOf(redactor.text(Buffer.from(stderr, "base64").toString()));
  return { code: Number(code), detail: tail === "" ? "" : ` (${tail})`, host: host.name };
}
