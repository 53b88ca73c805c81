import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { z } from "zod";
import type { PropertyMap } from "../../providers/base/values";
import type { StepOp } from "../events";
import type { Plan, PlannedGoal } from "../plan";
import { writeDurably } from "./durable-file";
import { StateError } from "./errors";
import type { PropertyReader, PropertyWriter } from "./resource-codec";

/** Saved plans as `preview --save-plan` writes them. Source: Pulumi's `apitype.DeploymentPlanV1`. */

const MANIFEST = { magic: "", version: "" };

const PROPERTIES = z.record(z.string(), z.unknown()).default({});
const FILE = z.object({
  resourcePlans: z.record(
    z.string(),
    z.object({
      goal: z
        .object({
          type: z.string(),
          custom: z.boolean(),
          protect: z.boolean().default(false),
          inputDiff: z.object({ adds: PROPERTIES, updates: PROPERTIES, deletes: z.array(z.string()).default([]) }),
        })
        .optional(),
      steps: z.array(z.string()).default([]),
      seed: z.base64().optional(),
    }),
  ),
});

/** Writes a plan that its owner alone can read; secrets are encrypted. `config` is as the history holds it. */
export async function savePlan(path: string, plan: Plan, config: object, writer: PropertyWriter): Promise<void> {
  const plans = [...plan].map(([urn, { goal, steps, seed }]) => [
    urn,
    {
      ...(goal && { goal: encodeGoal(urn, goal, writer) }),
      steps,
      state: null,
      ...(seed && { seed: Buffer.from(seed).toString("base64") }),
    },
  ]);
  const manifest = { time: new Date().toISOString(), ...MANIFEST };
  const text = JSON.stringify({ manifest, config, resourcePlans: Object.fromEntries(plans) }, undefined, 4);
  await writeDurably(resolve(path), `${text}\n`);
}

function encodeGoal(urn: string, { inputDiff, declared, ...goal }: PlannedGoal, writer: PropertyWriter): object {
  const encode = (properties: PropertyMap): unknown => writer.encode(properties, `${urn} plan`);
  const { adds, updates, deletes } = inputDiff;
  const name = urn.slice(urn.lastIndexOf("::") + 2);
  return { name, ...goal, ...declared, inputDiff: { adds: encode(adds), updates: encode(updates), deletes } };
}

/** @throws StateError when the file cannot be read or holds no plan */
export async function loadPlan(path: string, reader: PropertyReader): Promise<Plan> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new StateError(`the plan ${path} cannot be read (${error.code ?? error.message})`, { cause: error });
  });
  const parsed = FILE.safeParse(parseJson(text));
  if (!parsed.success) throw new StateError(`${path} holds no plan; make one with \`preview --save-plan\``);
  const plans = Object.entries(parsed.data.resourcePlans).map(([urn, { goal, steps, seed }]) => {
    const decode = (properties: unknown) => reader.decode(properties, `${urn} plan`);
    const diff = goal && {
      adds: decode(goal.inputDiff.adds),
      updates: decode(goal.inputDiff.updates),
      deletes: goal.inputDiff.deletes,
    };
    const plan = {
      // A step that this engine does not know allows nothing.
      steps: steps as StepOp[],
      ...(goal && diff && { goal: { ...goal, inputDiff: diff } }),
      ...(seed !== undefined && { seed: Buffer.from(seed, "base64") }),
    };
    return [urn, plan] as const;
  });
  return new Map(plans);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
