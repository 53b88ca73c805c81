import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { DriftReport } from "../../cli/drift/report";
import { TestProject } from "./project";

let project: TestProject;

beforeAll(async () => {
  project = await TestProject.withStack();
  expect(await project.run(["up", "--yes", "--skip-preview"])).toMatchObject({ code: 0 });
});

afterAll(() => project?.dispose());

const locks = (): string[] => {
  const folder = join(project.folder, ".groundwork/state/.pulumi/locks");
  return existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"))
    : [];
};

test("a stack without drift is said in one line, with exit code 0", async () => {
  expect(await project.run(["drift"])).toMatchObject({
    code: 0,
    stdout: "dev: no drift found, in 1 resource\n",
    stderr: "",
  });
});

test("drift is looked for while an update holds the lock, and takes none", async () => {
  const gate = join(project.folder, "gate");
  const update = project.start(["up", "--yes", "--skip-preview", "--config", `gate=${gate}`]);
  await update.says("Updating (dev)");
  for (let i = 0; i < 100 && locks().length === 0; i++) await new Promise((done) => setTimeout(done, 50));
  const held = locks();
  expect(held).toHaveLength(1);
  expect(await project.run(["drift"])).toMatchObject({ code: 0, stderr: "" });
  expect(locks()).toEqual(held);
  writeFileSync(gate, "");
  expect((await update.finished).code).toBe(0);
});

test("every stack of the project is looked at, and one that cannot be opened is no drift", async () => {
  const states = join(project.folder, ".groundwork/state/.pulumi/stacks/keys");
  expect(await project.run(["stack", "init", "other", "--no-select"])).toMatchObject({ code: 0 });
  expect(await project.run(["drift", "--all"])).toMatchObject({ code: 0 });
  // As if it were encrypted under another passphrase.
  const state = readFileSync(join(states, "dev.json"), "utf8");
  const foreign = state.replace(/("salt":\s*"v1:[^:]*:v1:)([^:]*)/, (_, head: string) => `${head}${"A".repeat(16)}`);
  expect(foreign).not.toBe(state);
  writeFileSync(join(states, "foreign.json"), foreign);
  const { code, stdout } = await project.run(["drift", "--all", "--output", "json"]);
  const report = JSON.parse(stdout) as DriftReport;
  expect(report.stacks.map(({ stack, result }) => [stack, result])).toEqual([
    ["dev", "none"],
    ["foreign", "unknown"],
    ["other", "none"],
  ]);
  expect(report.unknown).toMatchObject([
    { stack: "foreign", object: "stack foreign", reason: expect.stringMatching(/passphrase/) },
  ]);
  expect(code).toBe(1);
});

test("after an update that failed nobody knows what drifted, until one succeeds", async () => {
  const failed = await project.run(["up", "--yes", "--skip-preview", "--refresh", "--config", "fail=yes"]);
  expect(failed.code).toBe(1);
  const { code, stdout } = await project.run(["drift"]);
  expect(stdout).toMatch(
    /^Could not be told:\n {2}stack dev: the update that ended at .* failed: .*groundwork up --stack dev/,
  );
  expect(stdout).toMatch(/^dev: no drift found in what could be read, 1 could not be told, in \d+ resources?$/m);
  expect(code).toBe(1);
  expect(await project.run(["up", "--yes", "--skip-preview", "--config", "fail=no"])).toMatchObject({ code: 0 });
  expect(await project.run(["drift"])).toMatchObject({ code: 0 });
});

test.each([
  [["drift", "nowhere"], 6, "no stack named 'nowhere'"],
  [["drift", "dev", "--all"], 2, "leave out the names"],
  [["drift", "--report", "drift.txt"], 2, "end the name with .json, .md, .sarif"],
  [["drift", "--report", "nowhere/drift.md"], 2, "nothing can be written to that folder (ENOENT)"],
  [["drift", "--output", "xml"], 2, "Allowed choices are table, json, markdown, sarif"],
  [["drift", "--accepted", "missing.yaml"], 2, "missing.yaml: accepted findings cannot be read (ENOENT)"],
])("%j is refused before anything is read", async (args, code, message) => {
  const result = await project.run(args);
  expect(result).toMatchObject({ code, stdout: "" });
  expect(result.stderr).toContain(message);
});

test("the file of accepted findings beside Pulumi.yaml is used, and a wrong one is refused by its place", async () => {
  writeFileSync(
    join(project.folder, "accepted-drift.yaml"),
    "accepted:\n  - { object: User x, reason: r, expires: soon }\n",
  );
  const { code, stderr } = await project.run(["drift"]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/accepted-drift.yaml: accepted\[0\].expires: is a day/);
});
