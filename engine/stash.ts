import { randomUUID } from "node:crypto";
import type { ResourceProvider } from "../providers/base/provider";
import { equalValues } from "../providers/base/values";
import type { PropertyMap } from "../providers/base/values";

export const STASH = "pulumi:index:Stash";

/**
 * A value that the state keeps: `output` is the `input` of the time when it was made, whatever the program says later; only
 * a replacement takes another. Source: Pulumi's documentation of Stash.
 */
export const stash: Pick<ResourceProvider, "check" | "diff" | "create" | "update" | "read" | "delete"> = {
  async check({ inputs }) {
    const unknown = Object.keys(inputs).filter((property) => property !== "input");
    const failures = unknown.map((property) => ({ property, reason: `a Stash has no property "${property}"` }));
    if (!("input" in inputs)) failures.push({ property: "input", reason: "the required property input is missing" });
    return { inputs, failures };
  },
  async diff({ inputs, oldInputs }) {
    const diffs = equalValues(inputs["input"], oldInputs["input"]) ? [] : ["input"];
    return { changes: diffs.length > 0, diffs, replaces: [] };
  },
  create: async ({ inputs, preview }) => ({ id: preview ? "" : randomUUID(), outputs: { ...inputs, ...kept(inputs) } }),
  update: async ({ inputs, oldOutputs }) => ({ outputs: { ...inputs, output: oldOutputs["output"] ?? null } }),
  async read({ id, inputs, outputs }) {
    if (inputs === undefined || Object.keys(inputs).length === 0) throw new Error("a Stash cannot be imported");
    return { id, inputs, outputs: outputs ?? {} };
  },
  delete: async () => undefined,
};

function kept(inputs: PropertyMap): PropertyMap {
  return { output: inputs["input"] ?? null };
}
