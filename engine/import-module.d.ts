/** Imports an ES module and all modules of its program anew. */
export function importModule(file: string): Promise<Readonly<Record<string, unknown>>>;
