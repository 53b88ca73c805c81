import { readFileSync, readdirSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";

import { ROOT } from "./job";

/** Commands of a shell, one a line, whatever their line breaks. */
function commands(shell: string): string[] {
  return shell
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

/** Every `run` of a file. */
function runs(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(runs);
  if (node === null || typeof node !== "object") return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === "run" && typeof value === "string" ? [value] : runs(value),
  );
}

const folder = path.join(ROOT, ".github/workflows");
const files = [
  ...readdirSync(folder).map((name) => path.join(folder, name)),
  path.join(ROOT, ".github/actions/set-up/action.yml"),
];
const written = files.flatMap((file) => runs(parse(readFileSync(file, "utf8"))).flatMap(commands));
const guide = readFileSync(path.join(ROOT, "docs/guides/ci.md"), "utf8");
const lines = [...guide.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block = ""]) => commands(block));

test.each(lines)("the guide's line for any other CI stands in a workflow: %s", (line) => {
  expect(written).toContain(line);
});

test("the guide has lines", () => {
  expect(lines.length).toBeGreaterThan(7);
});
