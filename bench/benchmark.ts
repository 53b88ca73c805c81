import { type Usage } from "./measure";
import { type BenchStack } from "./stack";

export const OPERATIONS = ["up", "unchanged", "refresh", "destroy"] as const;
export type OperationName = (typeof OPERATIONS)[number];

/** What each operation took, and the least that could have been done in its place. */
export interface Result {
  readonly nodes: number;
  readonly took: Readonly<Record<OperationName, Usage>>;
  readonly floor: Readonly<Partial<Record<OperationName, Usage>>>;
}

const YES = ["--yes", "--skip-preview"];

/** Makes, looks at and removes a stack of so many nodes, and does the same bare. */
export async function benchmark(stack: BenchStack): Promise<Result> {
  await stack.groundwork(["stack", "init", "bench"]);
  const bare = {
    up: await stack.script("floor.ts", "up"),
    refresh: await stack.script("floor.ts", "refresh"),
    destroy: await stack.script("floor.ts", "remove"),
  };
  const up = await stack.groundwork(["up", ...YES], /creating/);
  const unchanged = await stack.groundwork(["up", ...YES, "--expect-no-changes"]);
  const alone = await stack.script("alone.ts", stack.folder, "bench");
  const refresh = await stack.groundwork(["refresh", ...YES]);
  const destroy = await stack.groundwork(["destroy", ...YES]);
  return { nodes: stack.nodes, took: { up, unchanged, refresh, destroy }, floor: { ...bare, unchanged: alone } };
}
