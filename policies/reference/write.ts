import { writeFileSync } from "node:fs";
import { format, resolveConfig } from "prettier";

import { REFERENCE_FILE, referencePage } from "./page";

/** `npm run policies` writes the page; with `--print` it is printed. */
async function write(): Promise<void> {
  const options = (await resolveConfig(REFERENCE_FILE)) ?? {};
  const page = await format(referencePage(), { ...options, parser: "markdown" });
  if (process.argv.includes("--print")) process.stdout.write(page);
  else writeFileSync(REFERENCE_FILE, page);
}

void write();
