import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { PASSPHRASE, TestProject } from "./project";

let template: TestProject;
let project: TestProject;

beforeAll(async () => (template = await TestProject.withStack()));
beforeEach(() => (project = template.copy()));
afterEach(() => project.dispose());
afterAll(() => template.dispose());

it("goes up, finds nothing to change, replaces what changed, and goes down", async () => {
  const up = await project.run(["up", "--yes"]);
  expect(up).toMatchObject({ code: 0, stderr: "" });
  expect(up.stdout).toContain("Previewing update (dev):\n +  pulumi:pulumi:Stack keys-dev create\n");
  expect(up.stdout).toContain(" +  tls:index:PrivateKey key creating (0s)\n");
  expect(up.stdout).toMatch(/ \+ {2}tls:index:PrivateKey key created \(\d+\.\d\ds\)\n/);
  expect(up.stdout).toContain("    the token is not set\n");
  expect(up.stdout).toMatch(/Outputs:\n {4}curve {5}: \{\n {8}name: "P256"\n {4}\}\n {4}privateKey: \[secret\]\n/);
  expect(up.stdout).toMatch(/Resources:\n {4}\+ 2 created\n\nDuration: \d+s\n$/);

  expect(await project.run(["preview", "--expect-no-changes"])).toMatchObject({ code: 0 });

  const changed = await project.run(["preview", "--expect-no-changes", "--diff", "--config", "curve=P384"]);
  expect(changed.code).toBe(7);
  expect(changed.stderr).toBe("error: no changes were expected for preview but changes were proposed\n");
  expect(changed.stdout).toContain("    +-tls:index/privateKey:PrivateKey: (replace)\n");
  expect(changed.stdout).toContain("~ ecdsaCurve");
  expect(changed.stdout).toContain("    +-1 to replace\n    1 unchanged\n");
  expect(project.read("Pulumi.dev.yaml")).toContain("keys:curve: P384");

  expect((await project.run(["refresh", "--yes", "--skip-preview"])).stdout).toContain("    2 unchanged\n");

  const down = await project.run(["destroy", "--yes", "--message", "away with it"]);
  expect(down).toMatchObject({ code: 0 });
  expect(down.stdout).toContain("    - 2 deleted\n");
  expect(down.stdout).toContain("run `groundwork stack rm dev`");
});

it("prints JSON alone when it is asked for JSON", async () => {
  const preview = await project.run(["preview", "--json"]);
  const digest = JSON.parse(preview.stdout) as { steps: { op: string }[]; changeSummary: object };
  expect(digest.steps.map(({ op }) => op)).toEqual(["create", "create"]);
  expect(digest.changeSummary).toEqual({ create: 2 });

  const up = await project.run(["up", "--yes", "--skip-preview", "--json"]);
  const events = up.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(events.map(({ sequence }) => sequence)).toEqual([...events.keys()]);
  expect(events.at(-2)).toMatchObject({ summaryEvent: { resourceChanges: { create: 2 }, result: "succeeded" } });
  expect(up.stdout).not.toContain("PRIVATE KEY");
});

it.each([
  [
    "a stack that does not exist",
    ["up", "--yes", "--stack", "prod"],
    6,
    /no stack named 'prod' found; make it with `groundwork stack init prod`/,
  ],
  ["an update that nobody confirms", ["up"], 2, /pass --yes or --skip-preview/],
  ["a question within JSON", ["up", "--json"], 2, /--json leaves no place for a question/],
  ["an unknown flag", ["up", "--bogus"], 2, /unknown option '--bogus'/],
  ["a flag of Pulumi's that is not supported", ["up", "--yes", "--remote"], 2, /--remote is not supported yet/],
  [
    "a subcommand of Pulumi's that is not supported",
    ["stack", "tag", "ls"],
    2,
    /`groundwork stack tag` is not supported yet/,
  ],
  [
    "targets beside what is excluded",
    ["up", "--target", "a", "--exclude", "b"],
    2,
    /--target and --exclude exclude each other/,
  ],
  ["a command of Pulumi's that is not supported", ["watch"], 2, /`groundwork watch` is not supported yet/],
  ["a folder without a project", ["-C", "..", "preview"], 2, /there is no Pulumi.yaml in /],
  ["a number that is none", ["up", "--parallel", "many"], 2, /--parallel.*whole number/],
])("refuses %s", async (_, args, code, message) => {
  const result = await project.run(args);
  expect(result).toMatchObject({ code, stdout: "" });
  expect(result.stderr).toMatch(message);
});

it("removes the stack with its configuration once everything in it is destroyed, and takes flags that ask for nothing", async () => {
  expect(await project.run(["up", "--yes", "--skip-preview", "--suppress-permalink=true"])).toMatchObject({ code: 0 });
  await project.run(["config", "set", "curve", "P384"]);
  const down = await project.run(["destroy", "--yes", "--suppress-progress", "--remove"]);
  expect(down).toMatchObject({ code: 0, stderr: "" });
  expect(down.stdout).toMatch(/The stack 'dev' has been removed\.\n$/);
  expect((await project.run(["stack", "ls"])).stdout).not.toContain("dev");
  expect(existsSync(join(project.folder, "Pulumi.dev.yaml"))).toBe(false);
});

it("destroys and refreshes without a program", async () => {
  await project.run(["up", "--yes", "--skip-preview"]);
  rmSync(join(project.folder, "index.ts"));
  const none = await project.run(["up", "--yes"]);
  expect(none).toMatchObject({ code: 2, stderr: expect.stringMatching(/is neither a module nor a folder/) as string });
  expect(await project.run(["refresh", "--yes"])).toMatchObject({ code: 0 });
  expect(await project.run(["destroy", "--yes", "--run-program"])).toMatchObject({ code: 2 });
  expect(await project.run(["destroy", "--yes"])).toMatchObject({ code: 0 });
});

it("wants the passphrase that the stack was made with", async () => {
  await project.run(["config", "set", "--secret", "token", "hidden-token-7"]);
  expect(await project.run(["preview"], { PULUMI_CONFIG_PASSPHRASE: "another" })).toMatchObject({
    code: 3,
    stderr: expect.stringContaining("PULUMI_CONFIG_PASSPHRASE") as string,
  });
});

it("fails with the program, saves what happened, and shows no secret", async () => {
  await project.run(["config", "set", "--secret", "token", "hidden-token-7"]);
  await project.run(["config", "set", "fail", "yes"]);
  const failed = await project.run(["up", "--yes", "--skip-preview", "--debug"]);
  expect(failed.code).toBe(1);
  expect(failed.stdout).toContain("    the token is [secret]\n");
  expect(failed.stdout).toContain("the program was told to fail");
  expect(failed.stdout + failed.stderr).not.toMatch(new RegExp(`hidden-token-7|PRIVATE KEY|${PASSPHRASE}`));
  expect((await project.run(["stack", "ls"])).stdout).toMatch(/^dev\* /m);
});

describe("Ctrl-C", () => {
  const gate = (): string => join(project.folder, "gate");

  async function waiting(): Promise<ReturnType<TestProject["start"]>> {
    await project.run(["config", "set", "gate", gate()]);
    const up = project.start(["up", "--yes", "--skip-preview"]);
    await up.says("PrivateKey key created");
    const told = new Promise((done) => up.child.stderr?.once("data", done));
    up.child.kill("SIGINT");
    await told;
    return up;
  }

  it("once lets what runs complete, begins nothing more, and saves", async () => {
    const up = await waiting();
    writeFileSync(gate(), "");
    const result = await up.finished;
    expect(result).toMatchObject({ code: 8, stderr: expect.stringContaining("press Ctrl-C again") as string });
    expect(result.stdout).not.toContain("PrivateKey late");
    const next = await project.run(["up", "--yes", "--skip-preview"]);
    expect(next).toMatchObject({ code: 0 });
    expect(next.stdout).toContain("    + 1 created\n    2 unchanged\n");
  });

  it("twice stops at once, and the next update goes on from there without help", async () => {
    const up = await waiting();
    up.child.kill("SIGINT");
    expect(await up.finished).toMatchObject({
      code: 8,
      stderr: expect.stringContaining("finds out and goes on from there") as string,
    });
    writeFileSync(gate(), "");
    const next = await project.run(["up", "--yes", "--skip-preview"]);
    expect(next).toMatchObject({ code: 0 });
    expect(next.stdout).toContain("    + 1 created\n    2 unchanged\n");
  });
});
