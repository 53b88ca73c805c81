import type { ResourceProvider } from "../providers/base/provider";
import type { PropertyMap } from "../providers/base/values";
import type { Goal } from "./goal";

/** An object that exists already, as it is read for a resource that takes it over (option `import`). */
export interface Found {
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
}

/** Reads the object that a resource is to take over. @throws Error naming the id when it does not exist */
export async function findForImport(provider: ResourceProvider, goal: Goal, id: string): Promise<Found> {
  const { urn, type, name } = goal;
  const read = await provider.read({ urn, type, name, id });
  if (read === undefined) throw new Error(`${urn}: there is no ${type} with the id "${id}" to import`);
  return { id: read.id, inputs: read.inputs, outputs: read.outputs };
}

/** Says where the program's inputs differ from the object: an import takes over, it changes nothing. */
export function importMismatch(goal: Goal, id: string, properties: readonly string[]): Error {
  return new Error(
    `${goal.urn}: the inputs to import do not match the existing resource "${id}" in ${properties.join(", ")}; ` +
      "make the program say what the object is, or name these properties in ignoreChanges",
  );
}
