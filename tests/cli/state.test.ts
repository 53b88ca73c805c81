import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { PASSPHRASE, TestProject } from "./project";

const NAMES = join(__dirname, "fixtures", "names");
const urn = (name: string): string => `urn:pulumi:dev::names::random:index/randomUuid:RandomUuid::${name}`;

let template: TestProject;
let project: TestProject;

beforeAll(async () => {
  template = await TestProject.withStack(NAMES);
  await template.run(["config", "set", "--secret", "hidden", "hidden-output-7"]);
  const up = await template.run(["up", "--yes", "--skip-preview", "--message", "the first one"]);
  if (up.code !== 0) throw new Error(up.stdout + up.stderr);
});
beforeEach(() => (project = template.copy()));
afterEach(() => project.dispose());
afterAll(() => template.dispose());

const say = (...args: readonly string[]): Promise<string> => project.say(...args);

const backups = (): string[] => readdirSync(join(project.folder, ".groundwork/state/.pulumi/backups/names/dev"));

it("edits the state: renames, protects, deletes; each with a backup and an entry of the history", async () => {
  const before = backups().length;
  await say("state", "rename", urn("second"), "other");
  await say("state", "protect", urn("other"));
  const refused = await project.run(["state", "delete", urn("first"), "--target-dependents"]);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/::other is protected/) as string });
  await say("state", "unprotect", urn("other"));
  expect(await project.run(["state", "delete", urn("first")])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/::first is referred to by .*::other; .*--target-dependents/) as string,
  });
  expect(await say("state", "delete", urn("other"))).toBe("1 entry of the state changed\n");
  expect(await say("stack", "--show-urns")).not.toContain(urn("other"));
  expect(backups()).toHaveLength(before + 4);
  expect(await say("stack", "history")).toMatch(/^UpdateKind: import\nStatus: succeeded\nMessage: state delete urn:/);
  expect(await project.run(["state", "unprotect"])).toMatchObject({ code: 2 });
  expect(await say("preview")).toContain("    + 1 to create\n    3 unchanged\n");
});

it("does not edit a state that is locked", async () => {
  const locks = join(project.folder, ".groundwork/state/.pulumi/locks/organization/names/dev");
  expect((await project.run(["state", "protect", "--all"])).code).toBe(0);
  writeFileSync(
    join(locks, "theirs.json"),
    JSON.stringify({ pid: 1, username: "somebody", hostname: "elsewhere", timestamp: new Date().toISOString() }),
  );
  expect(await project.run(["state", "unprotect", "--all"])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("somebody") as string,
  });
});

it("tells the history, secrets hidden unless they are asked for", async () => {
  expect(await say("stack", "history")).toMatch(
    /^UpdateKind: update\nStatus: succeeded\nMessage: the first one\nChanges: \+ 4\nUpdated \d+s ago, took \d+s\n/,
  );
  expect(await say("stack", "history", "--full-dates")).toMatch(/^Updated \d{4}-\d\d-\d\dT[\d:.]+Z, took \d+s$/m);
  const entry = (clear: string): unknown => (JSON.parse(clear) as unknown[])[0];
  expect(entry(await say("stack", "history", "--json"))).toMatchObject({
    kind: "update",
    result: "succeeded",
    resourceChanges: { create: 4 },
    config: { "names:hidden": { secret: true } },
  });
  expect(entry(await say("stack", "history", "--json", "--show-secrets"))).toMatchObject({
    config: { "names:hidden": { value: "hidden-output-7", secret: true } },
  });
});

describe("stack import", () => {
  it("puts back what was exported, from a file or standard input, and notes it in the history", async () => {
    const exported = await say("stack", "export");
    await say("state", "delete", urn("second"));
    expect(await project.run(["stack", "import"], {}, exported)).toMatchObject({
      code: 0,
      stdout: "Import complete.\n",
    });
    expect(await say("preview", "--expect-no-changes")).toContain("4 unchanged");
    expect(await say("stack", "history")).toMatch(/^UpdateKind: import\nStatus: succeeded\n/);
  });

  it("drops pending operations, with a warning, as somebody has looked at what is imported", async () => {
    const exported = JSON.parse(await say("stack", "export")) as { deployment: { resources: unknown[] } };
    const [resource] = exported.deployment.resources.slice(-1);
    const deployment = { ...exported.deployment, pending_operations: [{ type: "creating", resource }] };
    const imported = await project.run(["stack", "import"], {}, JSON.stringify({ ...exported, deployment }));
    expect(imported).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^warning: removing the pending operation "creating" on urn:/) as string,
    });
    expect(await say("stack", "export")).not.toContain("pending_operations");
  });

  it("refuses another stack's state and a broken one, unless it is forced to mend it", async () => {
    const exported = await say("stack", "export");
    const parsed = JSON.parse(exported) as { deployment: { resources: unknown[] } };
    parsed.deployment.resources.reverse();
    writeFileSync(join(project.folder, "broken.json"), JSON.stringify(parsed));
    writeFileSync(join(project.folder, "theirs.json"), exported.replaceAll("urn:pulumi:dev::", "urn:pulumi:prod::"));
    const broken = await project.run(["stack", "import", "--file", "broken.json"]);
    expect(broken).toMatchObject({ code: 1, stderr: expect.stringContaining("does not stand before it") as string });
    const theirs = await project.run(["stack", "import", "--file", "theirs.json"]);
    expect(theirs).toMatchObject({ code: 1, stderr: expect.stringContaining("does not belong to stack") as string });
    expect(await project.run(["stack", "import"], {}, "{ not json")).toMatchObject({ code: 2 });
    await say("stack", "import", "--file", "broken.json", "--force");
    expect(await say("preview", "--expect-no-changes")).toContain("4 unchanged");
  });
});

describe("stack change-secrets-provider", () => {
  const CHANGE = ["stack", "change-secrets-provider", "passphrase"];
  const next = { PULUMI_CONFIG_PASSPHRASE: "another passphrase" };
  const both = { PULUMI_CONFIG_PASSPHRASE_NEW: "another passphrase" };

  async function expectMoved(): Promise<void> {
    expect(await project.run(["preview", "--expect-no-changes"], next)).toMatchObject({ code: 0, stderr: "" });
    const output = await project.run(["stack", "output", "hidden", "--show-secrets"], next);
    expect(output.stdout).toBe("hidden-output-7\n");
    expect(await project.run(["stack", "output", "hidden"])).toMatchObject({ code: 3 });
    expect(await project.run(["config", "get", "hidden"])).toMatchObject({ code: 3 });
  }

  it("moves state and configuration to another passphrase", async () => {
    await say("config", "set", "--path", "a.b", "1");
    const before = project.read("Pulumi.dev.yaml");
    expect(await project.run(CHANGE, both)).toMatchObject({ code: 0, stderr: "" });
    await expectMoved();
    const shape = (text: string): string => text.replace(/v1:\S+/g, "<sealed>");
    expect(shape(project.read("Pulumi.dev.yaml"))).toBe(shape(before));
    const again = await project.run(CHANGE, { ...next, ...both });
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining("new passphrase already") as string });
  });

  it("goes on where a run was stopped between the state and the configuration", async () => {
    const before = project.read("Pulumi.dev.yaml");
    writeFileSync(join(project.folder, "new"), "another passphrase\n");
    expect(await project.run(CHANGE, { PULUMI_CONFIG_PASSPHRASE_NEW_FILE: "new" })).toMatchObject({ code: 0 });
    writeFileSync(join(project.folder, "Pulumi.dev.yaml"), before);
    expect(await project.run(["preview"], next)).toMatchObject({ code: 3 });
    expect(await project.run(CHANGE, both)).toMatchObject({ code: 0, stderr: "" });
    await expectMoved();
  });

  it.each([
    ["another provider", ["stack", "change-secrets-provider", "awskms://x"], {}, 2, /awskms/],
    ["no new passphrase", CHANGE, {}, 2, /PULUMI_CONFIG_PASSPHRASE_NEW or/],
    ["a wrong old one", CHANGE, { ...both, PULUMI_CONFIG_PASSPHRASE: `not ${PASSPHRASE}` }, 3, /is not the one/],
  ])("refuses %s, and changes nothing", async (_, args, environment, code, message) => {
    const before = project.read("Pulumi.dev.yaml");
    const result = await project.run(args, environment);
    expect(result.code).toBe(code);
    expect(result.stderr).toMatch(message);
    expect(project.read("Pulumi.dev.yaml")).toBe(before);
    expect(await say("preview", "--expect-no-changes")).toContain("4 unchanged");
  });
});
