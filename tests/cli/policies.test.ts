import { join } from "node:path";

import { TestProject } from "./project";

const PACK = join(__dirname, "fixtures", "pack");

let project: TestProject;

beforeAll(async () => {
  project = await TestProject.withStack();
  await project.run(["config", "set", "--secret", "token"], {}, "tok-4711-secret");
});
afterAll(() => project.dispose());

const withCurve = (curve: string) => ["--config", `curve=${curve}`, "--policy-pack", PACK];

interface Line {
  readonly policyEvent?: Record<string, unknown>;
  readonly policyRemediationEvent?: Record<string, unknown>;
  readonly summaryEvent?: { readonly PolicyPacks: Record<string, string>; readonly result: string };
}

it("shows what policies found, fails for a mandatory one and touches nothing", async () => {
  const preview = await project.run(["preview", ...withCurve("P384")]);
  expect(preview.code).toBe(1);
  expect(preview.stdout).toContain(
    `Policies:\n    ❌ keys@v0.3.0 (local: ${PACK})\n` +
      "        - [mandatory] [severity: critical]  small-curve  (tls:index:PrivateKey: key)\n" +
      "          Keys are on P-256.\n          not on P384\n          but on P256\n" +
      "        - [advisory]  token-is-short\n" +
      "          The token is short.\n          3 resources; the token is [secret]\n",
  );
  const digest = JSON.parse((await project.run(["preview", "--json", ...withCurve("P384")])).stdout) as {
    diagnostics: { severity: string; message: string }[];
  };
  expect(digest.diagnostics).toContainEqual(
    expect.objectContaining({
      severity: "error",
      message: expect.stringContaining("keys@v0.3.0 small-curve: Keys are on P-256.\nnot on P384") as string,
    }),
  );
  const up = await project.run(["up", "--yes", "--skip-preview", ...withCurve("P384")]);
  expect(up).toMatchObject({ code: 1, stdout: expect.stringContaining("[mandatory]") as string });
  expect((await project.run(["stack"])).stdout).not.toContain("PrivateKey");
});

it("tells of remediations, in text and as events", async () => {
  const preview = await project.run(["preview", ...withCurve("P521")]);
  expect(preview).toMatchObject({ code: 0, stderr: "" });
  expect(preview.stdout).toContain("⚠️ keys@v0.3.0");
  expect(preview.stdout).toContain("        - [remediate]  no-p521  (1 resource)\n");

  const { code, stdout } = await project.run(["up", "--json", "--skip-preview", ...withCurve("P521")]);
  expect(code).toBe(0);
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
  expect(lines.flatMap(({ policyRemediationEvent: event }) => event ?? [])).toMatchObject([
    { policyName: "no-p521", policyPackName: "keys", before: { ecdsaCurve: "P521" }, after: { ecdsaCurve: "P256" } },
  ]);
  expect(lines.flatMap(({ policyEvent: event }) => event ?? [])).toEqual([
    {
      ...{
        message: "The token is short.\n3 resources; the token is [secret]",
        color: "never",
        enforcementLevel: "advisory",
      },
      ...{ policyName: "token-is-short", policyPackName: "keys" },
      ...{ policyPackVersion: "0.3.0", policyPackVersionTag: "0.3.0" },
    },
  ]);
  expect(lines.flatMap(({ summaryEvent: event }) => event ?? [])).toMatchObject([
    { result: "succeeded", PolicyPacks: { [`keys|local|${PACK}`]: "0.3.0" } },
  ]);
});

it("wants as many configurations as packs", async () => {
  const refused = await project.run(["up", "--yes", "--policy-pack-config", "keys.json"]);
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("--policy-pack-config") as string });
});
