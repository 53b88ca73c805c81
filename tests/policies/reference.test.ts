import { readFileSync } from "node:fs";
import { format, resolveConfig } from "prettier";

import { REFERENCE_FILE, referencePage } from "../../policies/reference/page";

test("the reference is the one of the pack: npm run policies writes it", async () => {
  const options = (await resolveConfig(REFERENCE_FILE)) ?? {};
  expect(readFileSync(REFERENCE_FILE, "utf8")).toBe(await format(referencePage(), { ...options, parser: "markdown" }));
});
