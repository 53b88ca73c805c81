import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { sarifErrors } from "../support/sarif";
import { TestProject } from "./project";

const TOKEN = "tok-4711-secret";
const elsewhere = mkdtempSync(join(tmpdir(), "groundwork-analyze-"));
let project: TestProject;
let privateKey: string;

beforeAll(async () => {
  project = await TestProject.withStack();
  await project.run(["config", "set", "--secret", "token"], {}, TOKEN);
  const up = await project.run(["up", "--yes", "--skip-preview", "--config", "curve=P224"]);
  expect(up).toMatchObject({ code: 0 });
  await project.run(["stack", "export", "--file", "state.json"]);
  await project.run(["stack", "export", "--file", "clear.json", "--show-secrets"]);
  privateKey = /BEGIN EC PRIVATE KEY-----(?:\\\\n|\\n)([A-Za-z0-9+/]{20,})/.exec(project.read("clear.json"))?.[1] ?? "";
  expect(privateKey).not.toBe("");
}, 120_000);
afterAll(() => {
  project.dispose();
  rmSync(elsewhere, { recursive: true, force: true });
});

interface Report {
  readonly stack: string;
  readonly failed: boolean;
  readonly rules: readonly {
    readonly name: string;
    readonly result: string;
    readonly remediation: string;
    readonly framework: { readonly reference: string };
    readonly findings: readonly { readonly urn: string; readonly message: string }[];
  }[];
}

async function analyze(...args: readonly string[]) {
  const finished = await project.run(["policy", "analyze", ...args]);
  expect(finished.stdout + finished.stderr).not.toContain(TOKEN);
  expect(finished.stdout + finished.stderr).not.toContain(privateKey);
  return finished;
}

it("judges the state of a stack, and names rule, resource and remedy", async () => {
  const { code, stdout } = await analyze();
  expect(code).toBe(1);
  expect(stdout).toMatch(/^failed +key-algorithm +high +mandatory +1 +NIST SP 800-53 SC-13$/m);
  expect(stdout).toMatch(/^passed +secrets-marked /m);
  expect(stdout).toContain("tls:index:PrivateKey key: the curve P224 is none of P256, P384, P521\n  Remedy: set ");
  expect(stdout).toMatch(/^dev: \d+ resources by 25 rules of groundwork@v0\.1\.0: 2 failed, \d+ warned, \d+ passed/m);
});

it("reports every rule as JSON, with framework and remediation", async () => {
  const { code, stdout } = await analyze("--json");
  const report = JSON.parse(stdout) as Report;
  expect([code, report.stack, report.failed, report.rules.length]).toEqual([1, "dev", true, 25]);
  // The program shows its key, as no environment does.
  expect(report.rules.filter(({ result }) => result === "failed")).toMatchObject([
    { name: "ca-key-in-one-stack", framework: { reference: "SC-12" } },
    {
      ...{ name: "key-algorithm", framework: { reference: "SC-13" }, remediation: expect.any(String) as string },
      findings: [
        {
          urn: "urn:pulumi:dev::keys::tls:index/privateKey:PrivateKey::key",
          message: "the curve P224 is none of P256, P384, P521",
        },
      ],
    },
  ]);
});

it("reports as valid SARIF and as Markdown", async () => {
  const { stdout } = await analyze("--output", "sarif");
  const log = JSON.parse(stdout) as { runs: { results: { ruleId: string; level: string }[] }[] };
  expect(sarifErrors(log)).toEqual([]);
  expect(log.runs[0]?.results.filter(({ level }) => level === "error")).toMatchObject([
    { ruleId: "policy/ca-key-in-one-stack" },
    { ruleId: "policy/key-algorithm" },
  ]);
  const markdown = (await analyze("-o", "markdown")).stdout;
  expect(markdown).toContain("| ❌ failed | `key-algorithm` | high | mandatory | 1 |");
  expect(markdown).toMatch(/^### key-algorithm$/m);
  expect(markdown).toMatch(/^Remedy: /m);
});

it("writes a report in the format of each file's name beside what it prints", async () => {
  const { code, stdout } = await analyze("--report", "r.json", "--report", "r.md", "--report", "r.sarif");
  expect([code, stdout]).toEqual([1, expect.stringMatching(/^failed +key-algorithm/m)]);
  expect((JSON.parse(project.read("r.json")) as Report).failed).toBe(true);
  expect(project.read("r.md")).toContain("| ❌ failed | `key-algorithm` | high | mandatory | 1 |");
  expect(sarifErrors(JSON.parse(project.read("r.sarif")))).toEqual([]);
  expect(project.read("r.json") + project.read("r.md") + project.read("r.sarif")).not.toContain(privateKey);
});

it("judges an exported state alone, without a project; secrets need the passphrase unless they are in clear", async () => {
  const inside = (file: string) => ["-C", elsewhere, "--file", join(project.folder, file)];
  expect((await analyze(...inside("state.json"))).code).toBe(1);
  const withoutPassphrase = { PULUMI_CONFIG_PASSPHRASE: undefined } as NodeJS.ProcessEnv;
  const refused = await project.run(["policy", "analyze", ...inside("state.json")], withoutPassphrase);
  expect(refused).toMatchObject({
    code: 3,
    stdout: "",
    stderr: expect.stringContaining("PULUMI_CONFIG_PASSPHRASE") as string,
  });
  const clear = await project.run(["policy", "analyze", ...inside("clear.json")], withoutPassphrase);
  expect(clear).toMatchObject({ code: 1, stdout: expect.stringMatching(/^failed +key-algorithm/m) as string });
  expect(clear.stdout).not.toContain(privateKey);
});

it("takes standard input, levels and exceptions", async () => {
  const text = readFileSync(join(project.folder, "state.json"), "utf8");
  const exceptions = [{ urn: "*::k*", reason: "goes in May" }];
  writeFileSync(
    join(project.folder, "levels.json"),
    JSON.stringify({ "key-algorithm": { exceptions }, "ca-key-in-one-stack": { exceptions }, "no-guest": "disabled" }),
  );
  const args = ["policy", "analyze", "--file", "-", "--policy-pack-config", "levels.json"];
  const { code, stdout } = await project.run(args, {}, text);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^passed +key-algorithm /m);
  expect(stdout).toMatch(/^disabled +no-guest /m);
});

it.each([
  [["--file", "nowhere.json"], 2, /nowhere\.json cannot be read \(ENOENT\)/],
  [["--file", "Pulumi.yaml"], 2, /Pulumi\.yaml is not JSON; give it what `stack export` printed/],
  [["--policy-pack", "nowhere"], 1, /policy pack nowhere: .*PulumiPolicy\.yaml cannot be read/],
  [["--policy-pack-config", "a.json", "--policy-pack-config", "b.json"], 2, /goes with --policy-pack/],
  [["--report", "r.html"], 2, /--report r\.html: end the name with \.json, \.md, \.sarif/],
  [["--report", "nowhere/r.md"], 2, /--report nowhere\/r\.md: nothing can be written to that folder \(ENOENT\)/],
  [["--output", "html"], 2, /table, json, markdown, sarif/],
])("%j is refused", async (args, code, says) => {
  expect(await analyze(...args)).toMatchObject({ code, stdout: "", stderr: expect.stringMatching(says) as string });
});
