import { readFileSync, writeFileSync } from "node:fs";
import { detailedInputDiff } from "../engine/diff";
import { InitError } from "../providers/base/provider";
import type { DiffRequest, DiffResult, ResourceProvider } from "../providers/base/provider";
import { containsSecret, equalValues, reveal, secret, UNKNOWN } from "../providers/base/values";
import type { PropertyMap } from "../providers/base/values";

/** All that there is outside the state, in a file, so that the provider may be any number of processes. */
export interface World {
  objects: Record<string, PropertyMap>;
  /** Calls that changed something, or tried to. */
  calls: string[];
  /** Creations by logical name. */
  made: Record<string, number>;
  /** Calls that fail: `create a`. With `half`, creations and updates that leave an object which is not well. */
  failing: string[];
  half: string[];
  deleteBeforeReplace: boolean;
}

export const EMPTY_WORLD: World = {
  ...{ objects: {}, calls: [], made: {} },
  ...{ failing: [], half: [], deleteBeforeReplace: false },
};

export function readWorld(file: string): World {
  return JSON.parse(readFileSync(file, "utf8")) as World;
}

export function writeWorld(file: string, world: World): void {
  writeFileSync(file, JSON.stringify(world, undefined, 1));
}

/**
 * The provider `test`: objects `test:index:Thing` by the input `key`, or by their logical name. A change of `key`
 * replaces; the output `made` counts creations under the logical name; `wrong` is refused; an output is as secret as its input.
 */
export function createFileProvider(file: string): ResourceProvider {
  /** Nothing is awaited in between: the calls of a process do not get into each other's way. */
  const change = <T>(call: string, effect: (world: World) => T): T => {
    const world = readWorld(file);
    world.calls.push(call);
    const isFailing = world.failing.includes(call);
    const result = isFailing ? undefined : effect(world);
    writeWorld(file, world);
    if (isFailing) throw new Error(`${call} goes wrong`);
    return result as T;
  };
  const put = (call: string, id: string, outputs: PropertyMap, note: (world: World) => void = () => undefined) =>
    change(call, (world) => {
      world.objects[id] = reveal(outputs) as PropertyMap;
      note(world);
      if (!world.half.includes(call)) return;
      writeWorld(file, world);
      throw new InitError(id, outputs, [`${call} is not well`]);
    });
  return {
    checkConfig: async ({ inputs }) => ({ inputs, failures: [] }),
    diffConfig: async ({ oldInputs, inputs }) => ({
      ...{ changes: !equalValues(oldInputs, inputs), diffs: [] },
      replaces: oldInputs["place"] === inputs["place"] ? [] : ["place"],
    }),
    configure: async () => undefined,
    check: async ({ inputs }) => ({
      inputs,
      failures: inputs["wrong"] === undefined ? [] : [{ property: "wrong", reason: "this is never right" }],
    }),
    diff: async (request) => diff(request, readWorld(file).deleteBeforeReplace),
    create: async ({ inputs, name, preview }) => {
      if (preview) return { id: "", outputs: { ...inputs, made: UNKNOWN } };
      const id = idOf(inputs, name);
      const made = (readWorld(file).made[name] ?? 0) + 1;
      const outputs = { ...inputs, made };
      put(`create ${id}`, id, outputs, (world) => (world.made[name] = made));
      return { id, outputs };
    },
    read: async ({ id, inputs: known = {} }) => {
      const found = readWorld(file).objects[id];
      if (readWorld(file).failing.includes(`read ${id}`)) throw new Error(`read ${id} goes wrong`);
      if (found === undefined) return undefined;
      const mark = ([key, value]: [string, PropertyMap[string]]) =>
        [key, containsSecret(known[key] ?? null) ? secret(value) : value] as const;
      const outputs = Object.fromEntries(Object.entries(found).map(mark));
      const { made: _made, ...inputs } = outputs;
      return { id, inputs, outputs };
    },
    update: async ({ id, inputs, oldOutputs, preview }) => {
      const outputs = { ...inputs, made: oldOutputs["made"] ?? null };
      if (!preview) put(`update ${id}`, id, outputs);
      return { outputs };
    },
    delete: async ({ id }) => change(`delete ${id}`, (world) => void delete world.objects[id]),
    invoke: async ({ args }) => ({ result: { echo: args }, failures: [] }),
    identify: ({ inputs, name }) => ({ kind: "id", id: idOf(inputs, name) }),
    close: async () => undefined,
  };
}

function diff({ oldInputs, inputs }: DiffRequest, deleteBeforeReplace: boolean): DiffResult {
  const changed = detailedInputDiff(oldInputs, inputs);
  const diffs = [...new Set(Object.keys(changed).map((path) => path.split(/[.[]/)[0] ?? path))];
  const replaces = diffs.filter((key) => key === "key");
  const detailedDiff = Object.fromEntries(
    Object.entries(changed).map(([path, { kind, inputDiff }]) => [
      path,
      { kind: path === "key" && kind === "update" ? ("update-replace" as const) : kind, inputDiff },
    ]),
  );
  return { changes: diffs.length > 0, diffs, replaces, deleteBeforeReplace, detailedDiff };
}

function idOf(inputs: PropertyMap, name: string): string {
  return typeof inputs["key"] === "string" ? inputs["key"] : name;
}
