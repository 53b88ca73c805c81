import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { ROOT } from "./job";

const { engineCommand } = jest.requireActual<{ engineCommand(name: string, env: NodeJS.ProcessEnv): string }>(
  path.join(ROOT, "scripts/ci/engine.js"),
);
const { previewComment } = jest.requireActual<{ previewComment(stack: string, output: string): string }>(
  path.join(ROOT, "scripts/ci/preview-comment.js"),
);

const folder = mkdtempSync(path.join(tmpdir(), "groundwork-home-"));
afterAll(() => rmSync(folder, { recursive: true }));

const SECRET = { PULUMI_CONFIG_PASSPHRASE: "a passphrase" };

test.each([
  ["groundwork", `file://${folder}`, "npx groundwork"],
  ["pulumi", "s3://bucket", "pulumi"],
  ["pulumi", "https://api.pulumi.com", "pulumi"],
])("%s takes a state that outlives its jobs, case %#", (engine, url, command) => {
  expect(engineCommand(engine, { ...SECRET, PULUMI_BACKEND_URL: url })).toBe(command);
});

test.each([
  ["terraform", "s3://bucket", "The engine terraform is not known: there are groundwork and pulumi."],
  ["groundwork", "", "PULUMI_BACKEND_URL is not set: the state would be lost with the job."],
  ["groundwork", "s3://bucket", "PULUMI_BACKEND_URL is s3://bucket, which the embedded engine cannot use."],
  ["groundwork", "file://~/state", "PULUMI_BACKEND_URL is file://~/state, which the embedded engine cannot use."],
  ["groundwork", `file://${ROOT}/.groundwork`, "in the checkout, which is deleted with the job."],
  ["groundwork", `file://${folder}/none`, `there is no such folder. Make it once, for the runner's user alone: mkdir`],
  ["pulumi", "", "PULUMI_BACKEND_URL is not set."],
  ["pulumi", `file://${folder}`, "on this runner alone, which is gone with the job."],
])("%s is refused a state that does not outlive its jobs, case %#", (engine, url, message) => {
  expect(() => engineCommand(engine, { ...SECRET, PULUMI_BACKEND_URL: url })).toThrow(message);
});

test("a job without the passphrase is refused before it does anything", () => {
  expect(() => engineCommand("groundwork", { PULUMI_BACKEND_URL: `file://${folder}` })).toThrow(
    "PULUMI_CONFIG_PASSPHRASE is not set",
  );
});

test("the comment shows a stack's totals and folds the rest away", () => {
  const output =
    "Previewing update (prod):\n ~  a update\n\nResources:\n    ~ 1 to update\n    9 unchanged\n\nDuration: 1s\n";
  const comment = previewComment("prod", output);
  expect(comment).toContain("### Preview of prod\n\n```\nResources:\n    ~ 1 to update\n    9 unchanged\n```\n");
  expect(comment).toContain(
    "<details><summary>Details</summary>\n\n```diff\nPreviewing update (prod):\n ~  a update\n",
  );
});

test("the comment of a preview that failed says so and keeps the error", () => {
  const output = `${"line\n".repeat(10_000)}error: the host db1 does not answer`;
  const comment = previewComment("prod", output);
  expect(comment).toContain("The preview did not succeed.");
  expect(comment).toContain("error: the host db1 does not answer");
  expect(comment.length).toBeLessThan(25_000);
});

test("what is previewed cannot leave its block", () => {
  expect(previewComment("prod", "a ```` b")).toContain("`````diff\na ```` b\n`````\n");
});
