/** An environment, or a part of one, as it is written. */
export type Tree = Record<string, unknown>;

/** A copy with the value at a path such as `zones.1.name` set, or taken out where it is undefined. */
export function withValue(tree: Tree, path: string, value: unknown): Tree {
  const copy = structuredClone(tree);
  const steps = path.split(".");
  const last = steps.pop() ?? "";
  const parent = steps.reduce<Tree>((at, step) => (at[step] ??= {}) as Tree, copy);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}
