/**
 * A guard's check whether a schema is there: connects by the environment (PGHOST, PGUSER, PGPASSWORD, …), and ends well
 * when every table is in the schema `public`. A server that does not answer cannot be told (exit code 75), which is not
 * the same as a schema that is not there. Names are the caller's constants: nothing is quoted.
 */
export function tablesCheck(tables: readonly string[]): string {
  const names = tables.map((table) => `'${table}'`).join(", ");
  const query = `SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename IN (${names})`;
  return [
    `test "$(psql -XAtq -v ON_ERROR_STOP=1 -c "${query}")" = ${tables.length} && exit 0`,
    "pg_isready -q || exit 75",
    "exit 1",
  ].join("\n");
}
