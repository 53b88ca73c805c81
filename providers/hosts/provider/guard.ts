import { InitError, type ReadRequest } from "../../base/provider";
import { isPropertyMap, revealMap, type PropertyMap } from "../../base/values";
import { hostOf, idOnHost, type Context } from "./context";
import { change, diffInputs, isRenamed, merge, toResult } from "./detailed-diff";
import { GUARD_FIELDS } from "./fields";
import { keyOf } from "./items";
import { judgeKeys, type Resource } from "./resource";
import { encode, fieldsOf, quote, runScript } from "./script";

/** Changes of these touch nothing on the host. */
const SILENT = /^(host\.|revert$)/;

/** By which a check says that it cannot tell. Source: EX_TEMPFAIL of sysexits.h. */
const CANNOT_TELL = "75";

/** A command with a check that decides whether it must run. */
export const GUARD: Resource = {
  fields: GUARD_FIELDS,
  judge: (inputs) => judgeKeys(inputs, "environment", /^[A-Za-z_]\w*$/, "name of a variable"),
  id: idOnHost,

  diff(oldInputs, oldOutputs, inputs) {
    const undone = oldOutputs["applied"] === false ? change("applied", "update", false) : {};
    return toResult(merge([diffInputs(GUARD_FIELDS, oldInputs, inputs), undone]), isRenamed(oldInputs, inputs));
  },

  create: async (context, request) => (request.preview ? { applied: true } : ensure(context, request)),

  async update(context, request) {
    const { oldInputs, oldOutputs, inputs, preview } = request;
    const paths = Object.keys(GUARD.diff(oldInputs, oldOutputs, inputs).detailedDiff ?? {});
    if (paths.length > 0 && paths.every((path) => SILENT.test(path))) return oldOutputs;
    return preview ? { applied: true } : ensure(context, request);
  },

  /** A guard without a state exists when its check says so. */
  async read(context, request) {
    const { id, inputs = {}, outputs } = request;
    const { failure } = await run(context, request, "check");
    const applied = failure === undefined;
    return !applied && outputs === undefined ? undefined : { id, inputs, outputs: { applied } };
  },

  async delete(context, request) {
    const { id, inputs } = request;
    if (inputs["revert"] === undefined) {
      return [`host ${hostOf(context, id, inputs).name}: what ${id} applied is not undone, as it has no revert`];
    }
    const { host, failure } = await run(context, request, "revert");
    if (failure === undefined) return [];
    throw new Error(`host ${host}: revert of ${id} ${failure}.`);
  },
};

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
  const { host, lines, ended } = await runScript(context, { id, inputs, timeoutSeconds, commands });
  const failure = ended.get(command);
  if (command === "check" && fieldsOf(lines, "ran").some(([, status]) => status === CANNOT_TELL)) {
    throw new Error(`host ${host}: check of ${id} cannot tell whether it is applied: it ${failure}.`);
  }
  return { host, failure };
}
