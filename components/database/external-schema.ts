/** The tables that an external schema should have and has not, in the order asked for. */
export function missingTables(
  wanted: readonly string[],
  found: readonly { readonly objectName: string; readonly schemaName: string }[],
  schema = "public",
): readonly string[] {
  const present = new Set(found.filter(({ schemaName }) => schemaName === schema).map(({ objectName }) => objectName));
  return wanted.filter((table) => !present.has(table));
}
