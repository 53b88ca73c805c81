import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { PASSPHRASE, TestProject } from "./project";

const NAMES = join(__dirname, "fixtures", "names");

let template: TestProject;
let project: TestProject;

beforeAll(async () => (template = await TestProject.withStack(NAMES)));
beforeEach(() => (project = template.copy()));
afterEach(() => project.dispose());
afterAll(() => template.dispose());

it("up does what a saved plan allows, and refuses what it does not before anything is made", async () => {
  const saved = await project.run(["preview", "--save-plan", "plan.json"]);
  expect(saved).toMatchObject({ code: 0, stderr: "" });
  expect(saved.stdout).toContain("`groundwork up --plan plan.json`");
  const changed = await project.run(["up", "--yes", "--skip-preview", "--plan", "plan.json", "-c", "size=large"]);
  expect(changed.code).toBe(1);
  expect(changed.stdout).toMatch(/resource urn:.*::first violates plan: properties changed: keepers;/);
  expect(changed.stdout).not.toMatch(/first created/);
  await project.run(["config", "rm", "size"]);
  expect(await project.run(["up", "--yes", "--plan", "plan.json"])).toMatchObject({ code: 0, stderr: "" });
  expect(await project.run(["preview", "--expect-no-changes"])).toMatchObject({ code: 0 });
});

it("keeps secrets of a plan encrypted, and the plan for its owner", async () => {
  const secretive = join(project.folder, "index.ts");
  writeFileSync(secretive, readFileSync(secretive, "utf8").replace('config.get("own")', 'config.getSecret("own")'));
  await project.run(["config", "set", "--secret", "own", "hidden-keeper"]);
  await project.run(["preview", "--save-plan", "plan.json", "--json"]);
  const text = project.read("plan.json");
  expect(text).not.toContain("hidden-keeper");
  expect(statSync(join(project.folder, "plan.json")).mode & 0o777).toBe(0o600);
  expect(JSON.parse(text)).toMatchObject({
    manifest: { magic: "", version: "" },
    config: { "names:own": { secure: expect.any(String) as string } },
    resourcePlans: {
      "urn:pulumi:dev::names::random:index/randomUuid:RandomUuid::second": {
        goal: { name: "second", custom: true, inputDiff: { adds: { keepers: expect.anything() as object } } },
        steps: ["create"],
        seed: expect.any(String) as string,
      },
    },
  });
  expect(await project.run(["up", "--yes", "--skip-preview", "--plan", "plan.json"])).toMatchObject({ code: 0 });
  const locked = await project.run(["up", "--yes", "--plan", "plan.json"], {
    PULUMI_CONFIG_PASSPHRASE: `${PASSPHRASE}?`,
  });
  expect(locked.code).toBe(3);
});

it.each([
  ["a plan that is not there", "nowhere.json", /the plan nowhere.json cannot be read \(ENOENT\)/],
  ["what is no plan", "Pulumi.yaml", /Pulumi.yaml holds no plan/],
])("refuses %s", async (_, file, message) => {
  const result = await project.run(["up", "--yes", "--plan", file]);
  expect(result).toMatchObject({ code: 1, stdout: "" });
  expect(result.stderr).toMatch(message);
});
