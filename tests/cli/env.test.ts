import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "yaml";

import { makeSshKey } from "../../lab/ssh-key";
import { parseEnvironment } from "../../stacks/environment";
import { TestProject } from "./project";

const ROOT = resolve(__dirname, "../..");
const ADDRESSES = { mq1: "10.9.0.1=mq1.example.net", db1: "10.9.0.2", app1: "10.9.0.3", mon1: "10.9.0.4" };
const COMMON = [
  "--hosts",
  Object.entries(ADDRESSES)
    .map(([name, at]) => `${name}=${at}`)
    .join(","),
  "--known-hosts",
  "keys",
];
const MIG = [
  ...["--mig-relay", "mq1", "--mig-database", "db1", "--mig-scheduler", "app1", "--mig-agents", "mon1,app1"],
  ...["--mig-api-url", "https://mig.example.net", "--broker-endpoint", "https://mq1.example.net:15671"],
];
const OTHERS = [
  ...["--icinga2-masters", "mon1,app1", "--icinga2-agents", "mq1"],
  ...["--flocker-control", "app1", "--flocker-nodes", "db1 mq1", "--flocker-backend", "aws"],
  ...["--mmm-series", "2", "--mmm-monitor", "mon1", "--mmm-agents", "db1"],
];

/** This project's program, with a folder of its own for environments. */
function ownProject(): TestProject {
  const source = mkdtempSync(join(tmpdir(), "groundwork-env-"));
  const settings = readFileSync(join(ROOT, "Pulumi.yaml"), "utf8");
  const absolute = settings
    .replace("main: stacks/", `main: ${ROOT}/stacks/`)
    .replaceAll("path: providers/", `path: ${ROOT}/providers/`);
  writeFileSync(join(source, "Pulumi.yaml"), absolute);
  mkdirSync(join(source, "stacks"));
  const made = new TestProject(source);
  rmSync(source, { recursive: true });
  return made;
}

let project: TestProject;
beforeAll(() => {
  project = ownProject();
  const lines = Object.values(ADDRESSES).map((at) => `${at.split("=")[0]} ${makeSshKey().publicKey}`);
  writeFileSync(join(project.folder, "keys"), `# made\n${lines.join("\n")}\n`);
});
afterAll(() => project.dispose());

const environmentFile = (name: string) => join("stacks", `Pulumi.${name}.yaml`);
const make = (...args: string[]) => project.run(["env", "new", ...args]);

it("writes an environment of all platforms that is valid and can be previewed once its secrets are set", async () => {
  const platforms = [
    "--platforms",
    "mig,icinga2,flocker,mmm",
    "--mig-authority",
    "here",
    "--organization",
    "Example: Ltd",
  ];
  const { code, stdout, stderr } = await make("all", ...platforms, ...COMMON, ...MIG, ...OTHERS);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/Add to root's authorized_keys on each:\n {2}ssh-ed25519 \S+ groundwork-all\n/);
  const next = stdout
    .split("Next:\n")[1]
    ?.trim()
    .split("\n")
    .map((line) => line.trim());
  expect(next).toEqual([
    "groundwork stack init all",
    "groundwork config set --secret brokerAdminPassword --stack all",
    "groundwork config set --secret databaseAdminPassword --stack all",
    "groundwork preview --stack all",
  ]);

  const text = project.read(environmentFile("all"));
  expect(text.split("\n")[0]).toBe("# yaml-language-server: $schema=environment.schema.json");
  expect(text.split("\n").filter((line) => line.includes("# ")).length).toBeGreaterThan(10);
  expect(text).toMatch(/sshPrivateKey:\n\s+secure: v1:/);
  expect(text).not.toContain("PRIVATE KEY");
  const { config } = parse(text) as { config: Record<string, unknown> };
  expect(parseEnvironment(config["groundwork:environment"])).toMatchObject({
    kind: "valid",
    environment: { certificates: { organization: "Example: Ltd" }, protect: false, icinga2: { ido: { host: "db1" } } },
  });

  // What was said to be next is all that there is to do.
  for (const command of next ?? []) {
    const { code: ended, stderr: said } = await project.run(command.split(" ").slice(1), {}, "s3cret");
    expect({ command, ended, said }).toEqual({ command, ended: 0, said: "" });
  }
}, 120_000);

it("takes a key that there is, an authority from outside, and protection", async () => {
  writeFileSync(join(project.folder, "id"), makeSshKey().privateKey);
  const choices = ["--mig-authority", "outside", "--protect", "yes", "--ssh-key", "id", "--ssh-user", "ops"];
  const { code, stdout } = await make("prod", "--platforms", "mig", ...COMMON, ...MIG, ...choices);
  expect(code).toBe(0);
  expect(stdout).not.toContain("authorized_keys");
  expect(stdout).toContain("groundwork ca csr mig --stack prod\n  groundwork ca import mig --stack prod\n");
  const { config } = parse(project.read(environmentFile("prod"))) as { config: Record<string, unknown> };
  expect(config["groundwork:environment"]).toMatchObject({
    protect: true,
    operators: { ssh: { user: "ops" } },
    mig: { authority: { from: "configuration" } },
  });
});

it("takes the ports of SSH servers, as ssh-keyscan prints them", async () => {
  const key = makeSshKey().publicKey;
  writeFileSync(join(project.folder, "ported"), `[10.9.1.1]:2222 ${key}\n[fd00::1]:2200 ${key}\n`);
  const hosts = ["--hosts", "mon1=10.9.1.1:2222=mon1.example.net,db1=[fd00::1]:2200", "--known-hosts", "ported"];
  const roles = ["--mmm-series", "2", "--mmm-monitor", "mon1", "--mmm-agents", "db1"];
  expect(await make("ported", "--platforms", "mmm", ...hosts, ...roles)).toMatchObject({ code: 0, stderr: "" });
  const { config } = parse(project.read(environmentFile("ported"))) as { config: Record<string, unknown> };
  expect(config["groundwork:environment"]).toMatchObject({
    hosts: [
      { name: "mon1", address: "10.9.1.1", port: 2222, fqdn: "mon1.example.net" },
      { name: "db1", address: "fd00::1", port: 2200 },
    ],
  });
});

it("never writes over an environment", async () => {
  writeFileSync(join(project.folder, environmentFile("old")), "config:\n  groundwork:environment: {}\n");
  const before = project.read(environmentFile("old"));
  const { code, stderr } = await make("old", "--platforms", "mig", ...COMMON, ...MIG);
  expect(code).toBe(2);
  expect(stderr).toContain("stacks/Pulumi.old.yaml is there already");
  expect(project.read(environmentFile("old"))).toBe(before);
});

it.each([
  ["a flag, where nobody can be asked", ["--platforms", "mig", ...COMMON, ...MIG.slice(2)], "--mig-relay is missing"],
  ["platforms", [], "--platforms is missing"],
  ["a platform that there is", ["--platforms", "mig,nagios"], '"nagios" is none; there are mig, icinga2, flocker, mmm'],
  [
    "a host's key",
    ["--platforms", "mmm", "--hosts", "x=10.9.9.9", "--known-hosts", "keys", ...OTHERS.slice(-6)],
    "keys has no key of x: ssh-keyscan -t ed25519 10.9.9.9",
  ],
  [
    "the key of a host's port",
    ["--platforms", "mmm", "--hosts", "mon1=10.9.0.4:2222", "--known-hosts", "keys", ...OTHERS.slice(-6)],
    "keys has no key of mon1: ssh-keyscan -p 2222 -t ed25519 10.9.0.4",
  ],
  [
    "a host that a platform names",
    ["--platforms", "mmm", ...COMMON, "--mmm-series", "2", "--mmm-monitor", "nobody", "--mmm-agents", "db1"],
    "mmm.monitor.host: there is no host nobody in hosts",
  ],
  [
    "an answer that is right",
    ["--platforms", "mmm", ...COMMON, "--mmm-series", "7", "--mmm-monitor", "mon1", "--mmm-agents", "db1"],
    "groundwork:environment.mmm.series",
  ],
] as const)("writes nothing without %s", async (_, args, message) => {
  const { code, stderr } = await make("none", ...args);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) as string });
  expect(existsSync(join(project.folder, environmentFile("none")))).toBe(false);
});
