import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";

/** The tables that an external schema should have and has not, in the order asked for. */
export function missingTables(
  wanted: readonly string[],
  found: readonly { readonly objectName: string; readonly schemaName: string }[],
  schema = "public",
): readonly string[] {
  const present = new Set(found.filter(({ schemaName }) => schemaName === schema).map(({ objectName }) => objectName));
  return wanted.filter((table) => !present.has(table));
}

/**
 * Fails unless the tables exist, before anything that needs them is declared.
 *
 * @throws pulumi.RunError naming the database and the tables that are missing
 */
export async function requireTables(
  database: string,
  tables: readonly string[],
  provider: postgresql.Provider,
): Promise<void> {
  const { tables: found } = await postgresql.getTables({ database }, { provider });
  const missing = missingTables(tables, found);
  if (missing.length === 0) return;
  throw new pulumi.RunError(
    `Database ${database} lacks the tables ${missing.join(", ")}: apply the schema first, or let it be managed here.`,
  );
}
