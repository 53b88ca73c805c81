import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { REFERENCE_FILE } from "../../policies/reference/page";

const ROOT = resolve(__dirname, "../..");

test("the reference is the one of the pack: npm run policies writes it", () => {
  const args = ["-r", "./cli/bin/register.js", "policies/reference/write.ts", "--print"];
  const page = execFileSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
  expect(readFileSync(REFERENCE_FILE, "utf8")).toBe(page);
});
