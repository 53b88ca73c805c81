import { InitError, type CreateRequest, type CreateResult, type DeleteRequest } from "../../base/provider";
import type { DiffResult, ReadRequest, ReadResult, UpdateRequest, UpdateResult } from "../../base/provider";
import { isPropertyMap, revealMap, type PropertyMap } from "../../base/values";
import { hostOf, idOf, type Context } from "./context";
import { change, diffInputs, merge, toResult } from "./detailed-diff";
import { GUARD_FIELDS } from "./fields";
import { keyOf } from "./items";
import { encode, quote, runScript } from "./script";

/** Changes of these touch nothing on the host. */
const SILENT = /^(host\.|revert$)/;

export function diffGuard(oldInputs: PropertyMap, oldOutputs: PropertyMap, inputs: PropertyMap): DiffResult {
  const undone = oldOutputs["applied"] === false ? change("applied", "update", false) : {};
  return toResult(merge([diffInputs(GUARD_FIELDS, oldInputs, inputs), undone]));
}

export async function createGuard(context: Context, request: CreateRequest): Promise<CreateResult> {
  const { urn, name, inputs, preview } = request;
  const id = idOf(urn, name, inputs);
  return { id, outputs: preview ? { applied: true } : await ensure(context, { ...request, id }) };
}

export async function updateGuard(context: Context, request: UpdateRequest): Promise<UpdateResult> {
  const { oldInputs, oldOutputs, inputs, preview } = request;
  const paths = Object.keys(diffGuard(oldInputs, oldOutputs, inputs).detailedDiff ?? {});
  if (paths.length > 0 && paths.every((path) => SILENT.test(path))) return { outputs: oldOutputs };
  return { outputs: preview ? { applied: true } : await ensure(context, request) };
}

/** A guard without a state exists when its check says so. */
export async function readGuard(context: Context, request: ReadRequest): Promise<ReadResult | undefined> {
  const { id, inputs = {}, outputs } = request;
  const { failure } = await run(context, request, "check");
  const applied = failure === undefined;
  return !applied && outputs === undefined ? undefined : { id, inputs, outputs: { applied } };
}

export async function deleteGuard(context: Context, request: DeleteRequest): Promise<readonly string[]> {
  const { id, inputs } = request;
  if (inputs["revert"] === undefined) {
    return [`host ${hostOf(context, id, inputs).name}: what ${id} applied is not undone, as it has no revert`];
  }
  const { host, failure } = await run(context, request, "revert");
  if (failure === undefined) return [];
  throw new Error(`host ${host}: revert of ${id} ${failure}.`);
}

type Target = Pick<ReadRequest, "id" | "inputs" | "timeoutSeconds">;

/** `apply` runs only when `check` fails, and has to make it succeed. */
async function ensure(context: Context, target: Target): Promise<PropertyMap> {
  const { id } = target;
  if ((await run(context, target, "check")).failure === undefined) return { applied: true };
  const { host, failure } = await run(context, target, "apply");
  const checked = failure ?? (await run(context, target, "check")).failure;
  if (checked === undefined) return { applied: true };
  const reason = failure ?? `ended well, but its check ${checked}`;
  throw new InitError(id, { applied: false }, [`host ${host}: apply of ${id} ${reason}.`]);
}

/**
 * What a command prints on standard output is shown nowhere. When the connection broke, a command of the run before may
 * still be at work on the host, and is waited for.
 */
async function run(context: Context, { id, inputs, timeoutSeconds }: Target, command: "check" | "apply" | "revert") {
  const plain = revealMap(inputs ?? {});
  const environment = isPropertyMap(plain["environment"]) ? Object.entries(plain["environment"]) : [];
  const exports = environment.map(([name, value]) => `export ${name}=${quote(String(value))}`);
  const lock = `/run/groundwork-guards/${keyOf(id)}`;
  const attempt = `attempt ${command} ${encode(String(plain[command] ?? ""))}`;
  const commands = [`lock ${lock}`, ...exports, attempt, `unlock ${lock}`];
  const { host, ended } = await runScript(context, { id, inputs, timeoutSeconds, commands });
  return { host, failure: ended.get(command) };
}
