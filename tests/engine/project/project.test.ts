import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ProjectError } from "../../../engine/project/errors";
import { loadProject } from "../../../engine/project/project";

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "groundwork-project-"));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

const HEAD = "name: demo\nruntime: nodejs\n";

test("a project is found from a folder below it, with everything that it declares", async () => {
  const folder = folderWith({
    "Pulumi.yaml": `${HEAD}description: A demo
main: stacks/
stackConfigDir: stacks
backend: {url: "file://./state"}
options: {refresh: always}
config:
  size: {type: integer, default: 3, description: How many}
  zones: {type: array, items: {type: string}}
  password: {type: string, secret: true}
  short: text
  rabbitmq:endpoint: {value: "http://127.0.0.1"}
`,
    "stacks/index.ts": "",
    "deep/er/file": "",
  });
  const project = await loadProject(join(folder, "deep", "er"));
  expect(project).toMatchObject({
    name: "demo",
    description: "A demo",
    file: join(folder, "Pulumi.yaml"),
    root: folder,
    entry: join(folder, "stacks", "index.ts"),
    stackConfigDir: join(folder, "stacks"),
    backendUrl: "file://./state",
    alwaysRefresh: true,
  });
  expect([...project.config.values()]).toEqual([
    { key: "demo:size", type: { name: "integer" }, default: 3, description: "How many", secret: false },
    { key: "demo:zones", type: { name: "array", items: { name: "string" } }, secret: false },
    { key: "demo:password", type: { name: "string" }, secret: true },
    { key: "demo:short", default: "text", secret: false },
    { key: "rabbitmq:endpoint", default: "http://127.0.0.1", secret: false },
  ]);
});

test.each<[string, Record<string, string>, string]>([
  ["index.ts beside Pulumi.yml", { "Pulumi.yml": HEAD, "index.ts": "" }, "index.ts"],
  ["index.js before index.ts, as Node.js does", { "Pulumi.yaml": HEAD, "index.js": "", "index.ts": "" }, "index.js"],
  [
    "package.json main",
    { "Pulumi.yaml": HEAD, "package.json": '{"main": "src/app.ts"}', "src/app.ts": "" },
    "src/app.ts",
  ],
  [
    "index.ts where package.json main was not built",
    { "Pulumi.yaml": HEAD, "package.json": '{"main": "bin/"}', "index.ts": "" },
    "index.ts",
  ],
  ["main as a file", { "Pulumi.yaml": `${HEAD}main: src/program`, "src/program.ts": "" }, "src/program.ts"],
  [
    "a project in JSON",
    { "Pulumi.json": '{"name": "demo", "runtime": {"name": "nodejs"}}', "index.ts": "" },
    "index.ts",
  ],
])("the entry is %s", async (_, files, entry) => {
  const folder = folderWith(files);
  expect((await loadProject(folder)).entry).toBe(join(folder, entry));
});

test.each<[string, Record<string, string>, string]>([
  [
    "the project's own folder",
    { "Pulumi.yaml": HEAD, "package.json": '{"main": "src/app.ts"}', "src/app.ts": "" },
    ".",
  ],
  [
    "the folder that main names, whatever its package.json says",
    { "Pulumi.yaml": `${HEAD}main: infra`, "infra/package.json": '{"main": "src/app.ts"}', "infra/src/app.ts": "" },
    "infra",
  ],
  [
    "the folder of the file that main names",
    { "Pulumi.yaml": `${HEAD}main: infra/app.ts`, "infra/app.ts": "" },
    "infra",
  ],
])("a program runs in %s", async (_, files, directory) => {
  const folder = folderWith(files);
  expect((await loadProject(folder)).directory).toBe(join(folder, directory));
});

test.each<[string, string, RegExp]>([
  ["another runtime", "name: demo\nruntime: python", /Pulumi\.yaml: runtime is "python"/],
  ["no runtime", "name: demo", /runtime is missing/],
  ["no name", "runtime: nodejs", /name is missing/],
  ["a name with a slash", "name: a/b\nruntime: nodejs", /name is missing or not made of/],
  ["a syntax error", `${HEAD}config: [`, /Pulumi\.yaml, line 3: /],
  ["an unknown type", `${HEAD}config: {a: {type: number}}`, /config\.a: the type "number" is not known/],
  ["an array without items", `${HEAD}config: {a: {type: array}}`, /config\.a: an array needs items/],
  [
    "a default of another type",
    `${HEAD}config: {a: {type: integer, default: x}}`,
    /config\.a: the default is not of the type integer/,
  ],
  [
    "a type for another namespace",
    `${HEAD}config: {"rabbitmq:a": {type: string}}`,
    /config\.rabbitmq:a is of another namespace/,
  ],
])("%s is refused, naming file and key", async (_, content, message) => {
  const folder = folderWith({ "Pulumi.yaml": content });
  await expect(loadProject(folder)).rejects.toThrow(ProjectError);
  await expect(loadProject(folder)).rejects.toThrow(message);
});

test("a program that does not exist is refused when it is to run, not before", async () => {
  const project = await loadProject(folderWith({ "Pulumi.yaml": `${HEAD}main: none/` }));
  expect(project.name).toBe("demo");
  expect(() => project.entry).toThrow(/Pulumi\.yaml: main "none\/" is neither a module/);
});

test("where there is no project, the error says where it was looked for", async () => {
  const folder = folderWith({});
  await expect(loadProject(folder)).rejects.toThrow(folder);
});
