import { writeFileSync } from "node:fs";
import { format, resolveConfig } from "prettier";

import { REFERENCE_FILE, referencePage } from "./page";

async function write(): Promise<void> {
  const options = (await resolveConfig(REFERENCE_FILE)) ?? {};
  writeFileSync(REFERENCE_FILE, await format(referencePage(), { ...options, parser: "markdown" }));
}

void write();
