import { statSync } from "node:fs";
import { join } from "node:path";

import { TestProject } from "./project";

let template: TestProject;
let project: TestProject;

beforeAll(async () => (template = await TestProject.withStack()));
beforeEach(() => (project = template.copy()));
afterEach(() => project.dispose());
afterAll(() => template.dispose());

const say = (...args: readonly string[]): Promise<string> => project.say(...args);

it("shows a stack, its outputs and its state", async () => {
  await say("up", "--yes", "--skip-preview");
  expect(await say("stack")).toMatch(/^Current stack is dev:\n[^]*\n {6}tls:index\/privateKey:PrivateKey {2}key\n/);
  expect(await say("stack", "output")).toMatch(/^ {4}privateKey {2}\[secret\]$/m);
  expect(await say("stack", "output", "privateKey")).toBe("[secret]\n");
  expect(await say("stack", "output", "privateKey", "--show-secrets")).toMatch(/^-----BEGIN EC PRIVATE KEY-----\n/);
  expect(JSON.parse(await say("stack", "output", "--json"))).toMatchObject({
    curve: { name: "P256" },
    privateKey: "[secret]",
  });
  expect(await project.run(["stack", "output", "other"])).toMatchObject({ code: 1 });

  const sealed = JSON.parse(await say("stack", "export")) as { version: number };
  expect(sealed.version).toBe(3);
  expect(JSON.stringify(sealed)).not.toContain("PRIVATE KEY");
  await say("stack", "export", "--show-secrets", "--file", "state.json");
  expect(project.read("state.json")).toContain("EC PRIVATE KEY");
  expect(statSync(join(project.folder, "state.json")).mode & 0o777).toBe(0o600);

  expect(await project.run(["stack", "rm", "--yes"])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("--force") as string,
  });
  await say("stack", "rm", "--yes", "--force");
  expect(await project.run(["stack"])).toMatchObject({ code: 6 });
});

it("selects among stacks by flag, environment and choice", async () => {
  await say("stack", "init", "prod", "--no-select");
  const names = (list: string): unknown =>
    (JSON.parse(list) as { name: string; current: boolean }[]).map((s) => [s.name, s.current]);
  expect(names(await say("stack", "ls", "--json"))).toEqual([
    ["dev", true],
    ["prod", false],
  ]);
  await say("stack", "select", "organization/keys/prod");
  expect(names(await say("stack", "ls", "--json"))).toEqual([
    ["dev", false],
    ["prod", true],
  ]);
  const listed = await project.run(["stack", "ls"], { PULUMI_STACK: "dev" });
  expect(listed.stdout).toMatch(/^dev\* +never +0$/m);
  expect(await say("-s", "prod", "stack", "ls")).toMatch(/^prod\* /m);
  expect(await project.run(["stack", "select", "nowhere"])).toMatchObject({ code: 6 });
  expect(await project.run(["stack", "rm", "prod"])).toMatchObject({ code: 2 });
});

it("keeps state where PULUMI_BACKEND_URL says", async () => {
  const elsewhere = { PULUMI_BACKEND_URL: `file://${project.folder}/elsewhere` };
  expect((await project.run(["stack", "ls", "--json"], elsewhere)).stdout).toBe("[]\n");
});

it("reads and writes configuration, secrets encrypted", async () => {
  await say("config", "set", "curve", "P384");
  await say("config", "set", "--path", "hosts[0].name", "relay");
  expect((await project.run(["config", "set", "--secret", "password"], {}, "from standard input\n")).code).toBe(0);
  expect(await project.run(["config", "set", "password", "in clear"])).toMatchObject({ code: 2 });
  expect(project.read("Pulumi.dev.yaml")).not.toContain("from standard input");

  expect(await say("config")).toBe(
    'KEY       VALUE\ncurve     P384\nhosts     [{"name":"relay"}]\npassword  [secret]\n',
  );
  expect(await say("config", "--show-secrets")).toContain("password  from standard input\n");
  expect(JSON.parse(await say("config", "--json"))).toMatchObject({
    "keys:hosts": { objectValue: [{ name: "relay" }], secret: false },
    "keys:password": { secret: true },
  });
  expect(await say("config", "get", "password")).toBe("from standard input\n");
  expect(await say("config", "get", "--path", "hosts[0].name")).toBe("relay\n");
  await say("config", "rm", "curve");
  expect(await project.run(["config", "get", "curve"])).toMatchObject({ code: 1 });
});

it("releases locks only when it is told to", async () => {
  expect(await project.run(["cancel"])).toMatchObject({ code: 2 });
  expect(await say("cancel", "--yes")).toBe("Stack 'dev' was not locked.\n");
});

it("prints help and its version", async () => {
  expect(await say("--help")).toContain("Usage: groundwork");
  expect(await say("up", "--help")).toContain("--expect-no-changes");
  expect(await say("version")).toMatch(/^v\d+\.\d+\.\d+\n$/);
});
