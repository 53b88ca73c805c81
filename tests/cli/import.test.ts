import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { TestProject } from "./project";

const NAMES = join(__dirname, "fixtures", "names");
const PASSWORD = "random:index/randomPassword:RandomPassword";

let template: TestProject;
let project: TestProject;

beforeAll(async () => (template = await TestProject.withStack(NAMES)));
beforeEach(() => (project = template.copy()));
afterEach(() => project.dispose());
afterAll(() => template.dispose());

it("takes one object into the state, and the program that declares it finds it there", async () => {
  const preview = await project.run(["import", PASSWORD, "taken", "hunter2hunter", "--preview-only", "--json"]);
  expect(JSON.parse(preview.stdout)).toMatchObject({ changeSummary: { create: 1, import: 1 } });
  const result = await project.run(["import", PASSWORD, "taken", "hunter2hunter", "--yes"]);
  expect(result).toMatchObject({ code: 0, stderr: "" });
  expect(result.stdout).toContain("Importing (dev):\n");
  expect(result.stdout).toMatch(/ = {2}random:index:RandomPassword taken imported/);
  expect(result.stdout).toMatch(/Declare what was imported [^]*"taken", protect: true\n {8}length : 13\n/);
  expect(result.stdout).not.toContain("hunter2");
  const history = JSON.parse((await project.run(["stack", "history", "--json"])).stdout) as object[];
  expect(history[0]).toMatchObject({ kind: "resource-import", result: "succeeded" });

  const refused = await project.run(["up", "--yes"]);
  expect(refused.code).toBe(1);
  expect(refused.stdout).toMatch(/::taken cannot be deleted because it is protected/);
});

it("leaves an imported object alone once the program declares it", async () => {
  await project.run(["import", PASSWORD, "taken", "hunter2hunt2", "--yes", "--skip-preview"]);
  const up = await project.run(["up", "--yes", "--skip-preview", "-c", "taken=yes"]);
  expect(up.stdout).toContain("    + 3 created\n    2 unchanged\n");
});

it("takes what a file lists, under the parents that it names", async () => {
  const resources = [
    { type: PASSWORD, name: "inner", id: "inner-password", parent: "group", logicalName: "inner-name" },
    { type: "names:index:Group", name: "group", component: true },
  ];
  writeFileSync(join(project.folder, "resources.json"), JSON.stringify({ resources }));
  const result = await project.run(["import", "--file", "resources.json", "--yes", "--protect=false"]);
  expect(result).toMatchObject({ code: 0, stderr: "" });
  const urns = (await project.run(["stack", "--show-urns"])).stdout;
  expect(urns).toContain(`::names:index:Group$${PASSWORD}::inner-name\n`);
  expect(await project.run(["import", "--file", "resources.json", "--yes"])).toMatchObject({ code: 1 });
});

it.each([
  ["too little", ["import", PASSWORD, "taken"], /name what to import/],
  ["a file and a resource", ["import", "--file", "x.json", PASSWORD, "a", "b"], /exclude each other/],
  ["a file that is not there", ["import", "--file", "nowhere.json"], /nowhere.json is no import file/],
  ["code that it does not write", ["import", PASSWORD, "a", "b", "--out", "x.ts"], /--out/],
])("refuses %s", async (_, args, message) => {
  const result = await project.run([...args, "--yes"]);
  expect(result).toMatchObject({ code: 2, stdout: "" });
  expect(result.stderr).toMatch(message);
});

it.each([
  ["a resource without an id", [{ type: "a:b:C", name: "x" }], /resources\[0\].id is missing/],
  ["a parent that nobody knows", [{ type: "a:b:C", name: "x", id: "1", parent: "p" }], /"p" is neither in nameTable/],
  ["a circle of parents", [{ type: "a:b:C", name: "x", id: "1", parent: "x" }], /x is its own parent/],
  ["properties", [{ type: "a:b:C", name: "x", id: "1", properties: ["a"] }], /properties is not supported/],
  ["two ids of one name", [1, 2].map((id) => ({ type: "a:b:C", name: "x", id: `${id}` })), /stands twice/],
])("refuses a file with %s", async (_, resources, message) => {
  writeFileSync(join(project.folder, "resources.json"), JSON.stringify({ resources }));
  const result = await project.run(["import", "--file", "resources.json", "--yes"]);
  expect(result.code).toBe(2);
  expect(result.stderr).toMatch(message);
});
