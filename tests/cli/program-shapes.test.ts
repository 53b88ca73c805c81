import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

import { TestProject } from "./project";

type Files = Readonly<Record<string, string>>;

const YAML = "name: shapes\nruntime: nodejs\n";
const RANDOM = 'const random = require("@pulumi/random");\n';
const UUID = 'new random.RandomUuid("id", {});\n';
const ESM = 'import * as pulumi from "@pulumi/pulumi";\nimport * as random from "@pulumi/random";\n';
const SDK = resolve(__dirname, "../../node_modules/@pulumi/pulumi");

async function projectOf(files: Files): Promise<TestProject> {
  const folder = mkdtempSync(join(tmpdir(), "groundwork-shape-"));
  for (const [path, text] of Object.entries({ "Pulumi.yaml": YAML, ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const project = await TestProject.withStack(folder);
  rmSync(folder, { recursive: true });
  return project;
}

/** Goes up (a preview and an update in one process) and gives the outputs. */
async function outputsOf(project: TestProject): Promise<unknown> {
  try {
    const up = await project.run(["up", "--yes"]);
    expect([up.code, up.stderr]).toEqual([0, ""]);
    expect(up.stdout).toContain("+ 2 created");
    return JSON.parse((await project.run(["stack", "output", "--json", "--show-secrets"])).stdout) as unknown;
  } finally {
    project.dispose();
  }
}

const esModule = JSON.stringify({ type: "module", main: "index.js" });

it.each<[string, Files, unknown]>([
  ["a JavaScript program", { "index.js": `${RANDOM}${UUID}exports.kind = "js";` }, { kind: "js" }],
  [
    "a program in a folder of its own, which Pulumi.yaml names",
    {
      "Pulumi.yaml": `${YAML}main: infra/\n`,
      "infra/index.ts": `${ESM}${UUID}export const cwd = process.cwd().slice(-5);`,
    },
    { cwd: "infra" },
  ],
  [
    "a program in the folder that package.json names, from the project's own folder",
    {
      "package.json": '{"main": "src/index.ts"}',
      "Pulumi.yaml": YAML,
      "src/index.ts": `${ESM}${UUID}import { existsSync } from "node:fs";\nexport const found = existsSync("Pulumi.yaml");`,
    },
    { found: true },
  ],
  [
    "modules that tsconfig.json gives names of their own, and that are imported by the ending that they will have",
    {
      "tsconfig.json": '{"compilerOptions":{"baseUrl":".", "paths":{"@net/*":["./net/*"], "@one": ["net/one.ts"]}}}',
      "index.ts": `${ESM}import { a } from "@net/a";\nimport { one } from "@one";\n${UUID}export const sum = a + one;`,
      "net/a.ts": 'import { b } from "./b.js";\nexport const a = b;',
      "net/b.ts": "export const b: number = 1;",
      "net/one.ts": "export const one: number = 1;",
    },
    { sum: 2 },
  ],
  [
    "ES modules that tsconfig.json gives names of their own",
    {
      "package.json": JSON.stringify({ type: "module", main: "index.ts" }),
      "tsconfig.json": '{"compilerOptions":{"paths":{"@net/*":["./net/*"]}}}',
      "index.ts": `${ESM}import { a } from "@net/a";\n${UUID}export { a };`,
      "net/a.ts": "export const a: number = 1;",
    },
    { a: 1 },
  ],
  [
    "an async function as the program, with other modules of the project",
    {
      "index.ts": `import { name } from "./lib/name";\n${ESM}
        export = async () => { ${UUID} return { name, later: await Promise.resolve(pulumi.output(1)) }; };`,
      "lib/name.ts": 'export const name: string = "lib";',
    },
    { name: "lib", later: 1 },
  ],
  [
    "ES modules in JavaScript, with top-level await and modules of the project",
    {
      "package.json": esModule,
      "index.js": `${ESM}import { kind } from "./lib/kind.js";\n${UUID}const later = await Promise.resolve(2);\nexport { kind, later };`,
      "lib/kind.js": 'export const kind = "esm";',
    },
    { kind: "esm", later: 2 },
  ],
  [
    "ES modules in TypeScript, imported by the names that they will have or by none",
    {
      "package.json": JSON.stringify({ type: "module", main: "index.ts" }),
      "index.ts": `${ESM}import { a } from "./a.js";\nimport { b } from "./b";\n${UUID}export default async () => ({ a, b });`,
      "a.ts": "export const a: number = 1;",
      "b.ts": "export const b: number = 2;",
    },
    { a: 1, b: 2 },
  ],
  [
    "a package of the same repository, linked from node_modules by a workspace",
    {
      "index.ts": `${ESM}import { of } from "./packages/net";\n${UUID}export const net = of("a");`,
      "packages/net/package.json": '{"name": "net", "main": "src/index.ts"}',
      "packages/net/src/index.ts": "export const of = (name: string): string => `net ${name}`;",
    },
    { net: "net a" },
  ],
])("runs %s", async (_, files, outputs) => {
  expect(await outputsOf(await projectOf(files))).toEqual(outputs);
});

it("gives configuration as a program asks for it, secrets secret", async () => {
  const project = await projectOf({
    "index.ts": `${ESM}${UUID}const config = new pulumi.Config();
      export const deep = config.requireSecretObject<{ a: { b: string }[] }>("deep").apply(({ a }) => a[0]?.b);
      export const flag = config.requireBoolean("flag");`,
    "Pulumi.dev.yaml": "config:\n  shapes:flag: true\n",
  });
  const set = await project.run(["config", "set", "--secret", "--path", "deep.a[0].b", "hidden value"]);
  expect(set).toMatchObject({ code: 0 });
  const up = await project.run(["preview", "--diff"]);
  expect([up.code, up.stdout.includes("hidden value")]).toEqual([0, false]);
  expect(await outputsOf(project)).toEqual({ deep: "hidden value", flag: true });
});

it("names the line of the program that declares a resource, also in ES modules", async () => {
  const project = await projectOf({
    "package.json": JSON.stringify({ type: "module", main: "index.ts" }),
    "index.ts": `${ESM}interface Wanted {\n  readonly name: string;\n}\nconst wanted: Wanted = { name: "id" };\nnew random.RandomUuid(wanted.name, {});\n`,
  });
  const { stdout } = await project.run(["preview", "--json"]);
  project.dispose();
  expect(stdout).toContain('"sourcePosition": "project:///index.ts#7,1"');
});

it.each<[string, Files, RegExp]>([
  [
    "a path that tsconfig.json leads nowhere",
    { "tsconfig.json": '{"compilerOptions":{"paths":{"@net/*":["./net/*"]}}}', "index.ts": 'import "@net/a";' },
    /Cannot find module '@net\/a'/,
  ],
  [
    "a default export beside named ones in ES modules",
    { "package.json": esModule, "index.js": "export default {};\nexport const other = 1;" },
    /index\.js exports a default and "other"; outputs are one default export or named exports, not both/,
  ],
  ["a syntax error", { "index.ts": "const x = ;" }, /index\.ts/],
])("says what is wrong with %s", async (_, files, message) => {
  const project = await projectOf(files);
  const { code, stdout } = await project.run(["preview"]);
  project.dispose();
  expect([code, stdout]).toEqual([1, expect.stringMatching(message)]);
});

it("runs a program by the copy of the SDK that is its own", async () => {
  const project = await projectOf({
    "infra/index.js": `${RANDOM}${UUID}exports.own = require.resolve("@pulumi/pulumi").includes("/infra/");`,
    "Pulumi.yaml": `${YAML}main: infra\n`,
  });
  cpSync(SDK, join(project.folder, "infra/node_modules/@pulumi/pulumi"), { recursive: true });
  cpSync(resolve(SDK, "../random"), join(project.folder, "infra/node_modules/@pulumi/random"), { recursive: true });
  expect(await outputsOf(project)).toEqual({ own: true });
});
