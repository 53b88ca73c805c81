import { join } from "node:path";

import { TestProject } from "./project";

const NAMES = join(__dirname, "fixtures", "names");
const urn = (type: string, name: string): string => `urn:pulumi:dev::names::${type}::${name}`;
const FIRST = urn("random:index/randomUuid:RandomUuid", "first");
const KEY = urn("tls:index/privateKey:PrivateKey", "key");

let template: TestProject;
let project: TestProject;

beforeAll(async () => {
  template = await TestProject.withStack(NAMES);
  await template.run(["config", "set", "protect", "yes"]);
  const up = await template.run(["up", "--yes", "--skip-preview"]);
  if (up.code !== 0) throw new Error(up.stdout + up.stderr);
});
beforeEach(() => (project = template.copy()));
afterEach(() => project.dispose());
afterAll(() => template.dispose());

const say = (...args: readonly string[]): Promise<string> => project.say(...args);

describe("--why", () => {
  it("says of each change which input changed and which resource that came from", async () => {
    const text = await say("preview", "--why", "-c", "size=large");
    expect(text).toContain(" first replace [diff: ~keepers]\n      because keepers changed in the program\n");
    expect(text).toContain(" second replace [diff: ~keepers]\n      because keepers came from first (replaced)\n");
    expect(await say("preview", "--diff", "--why")).toContain("        [because keepers came from first (replaced)]\n");
    const digest = JSON.parse(await say("preview", "--json", "--why")) as {
      steps: { urn: string; because?: string }[];
    };
    expect(digest.steps.find((step) => step.urn === FIRST)?.because).toBe("because keepers changed in the program");
    expect(await say("preview", "--json")).not.toContain("because");
  });

  it("says so when --replace asks for a replacement", async () => {
    const text = await say("preview", "--why", "--target-replace", FIRST);
    expect(text).toContain(" first replace\n      because --replace asks for it\n");
    expect(text).toMatch(/Resources:\n {4}\+-1 to replace\n {4}3 unchanged\n/);
  });
});

it("replaces what --replace names, and what follows from that", async () => {
  expect(await say("up", "--yes", "--skip-preview", "--replace", FIRST)).toContain(
    "    +-2 replaced\n    2 unchanged\n",
  );
});

it("destroys all but what is protected, and previews that alone", async () => {
  expect(await say("destroy", "--preview-only", "--exclude-protected")).toContain("    - 2 to delete\n");
  const digest = JSON.parse(await say("destroy", "--preview-only", "--exclude-protected", "--json")) as object;
  expect(digest).toMatchObject({ changeSummary: { delete: 2 } });
  const down = await say("destroy", "--yes=true", "--skip-preview=1", "--exclude-protected");
  expect(down).toContain("    - 2 deleted\n");
  expect(down).not.toContain("stack rm");
  expect(await say("stack", "--show-urns")).toContain(KEY);
});

it("destroys a target with what depends on it only when it is told to", async () => {
  const refused = await project.run(["destroy", "--preview-only", "--target", FIRST]);
  expect(refused.stdout).toMatch(/::first cannot be deleted alone: .*::second depends on it/);
  expect(await say("destroy", "--preview-only", "--target", FIRST, "--target-dependents")).toContain("- 2 to delete");
});

it("previews a refresh alone", async () => {
  expect(JSON.parse(await say("refresh", "--preview-only", "--json"))).toMatchObject({ changeSummary: { same: 4 } });
  expect(await say("refresh", "--preview-only")).toContain("    4 unchanged\n");
});

it("takes boolean flags with a value, as Pulumi's own CLI does", async () => {
  expect(await say("preview", "--refresh=false", "--suppress-outputs=true", "--json=False")).toContain("4 unchanged");
  expect(await project.run(["preview", "--bogus=true"])).toMatchObject({ code: 2 });
  expect(await project.run(["preview", "--json=perhaps"])).toMatchObject({ code: 2 });
});

describe("a StackReference", () => {
  beforeEach(async () => {
    const other = await project.run(["stack", "init", "other", "--no-select"], { PULUMI_CONFIG_PASSPHRASE: "theirs" });
    expect(other.code).toBe(0);
  });
  const both = { PULUMI_CONFIG_PASSPHRASE: "theirs" };

  it.each(["other", "names/other", "organization/other", "organization/names/other"])("finds %s", async (name) => {
    await project.run(["up", "--yes", "--skip-preview", "-s", "other", "-c", "hidden=from afar"], both);
    await project.run(["stack", "init", "near", "--no-select"], both);
    const up = await project.run(["up", "--yes", "--skip-preview", "-s", "near", "-c", `other=${name}`], both);
    expect(up).toMatchObject({ code: 0, stderr: "" });
    expect(up.stdout).toContain("    fromOther: [secret]\n");
    expect(up.stdout).not.toContain("from afar");
    const output = await project.run(["stack", "output", "-s", "near", "fromOther", "--show-secrets"], both);
    expect(output.stdout).toBe("from afar\n");
  });

  it("says so when something that the other stack exports is secret under another passphrase, or it is not there", async () => {
    // It has no output yet, and so none that is secret.
    expect(await project.run(["preview", "-c", "other=other"])).toMatchObject({ code: 0 });
    await project.run(["up", "--yes", "--skip-preview", "-s", "other", "-c", "hidden=from afar"], both);
    const locked = await project.run(["preview", "-c", "other=other"]);
    expect(locked.code).toBe(1);
    expect(locked.stdout).toMatch(
      /stack organization\/names\/other: the passphrase in PULUMI_CONFIG_PASSPHRASE is not/,
    );
    const missing = await project.run(["preview", "-c", "other=nowhere"]);
    expect(missing.stdout).toContain('there is no stack "nowhere" in this backend');
  });
});
