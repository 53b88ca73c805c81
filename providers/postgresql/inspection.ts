import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The text of an inspection query: `sql/<name>.sql`. */
export function inspection(name: string): string {
  return readFileSync(join(__dirname, "sql", `${name}.sql`), "utf8");
}
