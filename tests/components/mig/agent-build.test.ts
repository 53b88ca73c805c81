import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { agentBuildProblems } from "../../../components/platforms/mig/agent-build";
import { agentSource, goDuration } from "../../../components/platforms/mig/agent-source";
import { publicKeyProblem } from "../../../components/platforms/mig/pgp-armour";
import { AGENT_BUILD, FINGERPRINT, PUBLIC_KEY } from "../../support/agent-build";
import { migArgs } from "./environment";

const BUILD = { ...AGENT_BUILD, proxies: ["proxy.example.net:3128"] };
const rule = (minimumweight: number, fingerprint = FINGERPRINT) => ({
  minimumweight,
  investigators: { "Bob `Dr` Kelso": { fingerprint, weight: 2 } },
});

function source(change: object): string {
  const { agents, logging } = migArgs();
  return agentSource({
    build: { ...BUILD, ...change },
    settings: agents,
    logging,
    relay: "amqps://agent:x@10.0.0.1:5671/mig",
    apiUrl: "https://api.example.net/api/v1/",
    caPem: "CA\n",
    certificatePem: "CERT\n",
    keyPem: "KEY\n",
  });
}

/** The documents of AGENTACL. */
function documents(text: string): readonly Record<string, unknown>[] {
  const [, array = ""] = /AGENTACL = \[\.\.\.\]string\{([\s\S]*?)\n\}\n\nvar/.exec(text) ?? [];
  return [...array.matchAll(/`([^`]+)`/g)].map(([, each = ""]) => JSON.parse(each) as Record<string, unknown>);
}

describe("a public key", () => {
  const body = PUBLIC_KEY.split("\n").slice(2, -2);
  const armoured = (...lines: readonly string[]) =>
    ["-----BEGIN PGP PUBLIC KEY BLOCK-----", ...lines, "-----END PGP PUBLIC KEY BLOCK-----"].join("\n");

  it.each([
    ["as gpg prints it", PUBLIC_KEY],
    ["with headers, and white space around it", `\n${armoured("Version: GnuPG v1", "", ...body, "=Wkej")}\n\n`],
  ])("is right %s", (_, text) => expect(publicKeyProblem(text)).toBeUndefined());

  it.each([
    ["no armour", "mQEN", "is not an armoured PGP public key"],
    ["a private key's armour", PUBLIC_KEY.replaceAll("PUBLIC", "PRIVATE"), "is not an armoured PGP public key"],
    ["an abridged text", armoured("", "mQENBFF/69EB…", "=Wkej"), "is not an armoured PGP public key"],
    ["no checksum", armoured("", ...body), "is not an armoured PGP public key"],
    ["a line that is missing", armoured("", ...body.slice(1), "=Wkej"), "is damaged"],
    ["another checksum", armoured("", ...body, "=AAAA"), "is damaged"],
    ["longer lines than MIG reads", armoured("", body.join(""), "=Wkej"), "has lines of more than 96 characters"],
    ["something else in it", armoured("", "AAAA", "=Je8i"), "holds no public key"],
    ["a signature in it", armoured("", "iJAEExYI", "=HP7z"), "holds no public key"],
  ])("is refused with %s", (_, text, reason) => expect(publicKeyProblem(text)).toContain(reason));
});

describe("what is compiled into an agent", () => {
  it("is found right", () => expect(agentBuildProblems(BUILD)).toEqual([]));

  it.each([
    ["a key without armour", { publicKeys: [PUBLIC_KEY, "mQEN"] }, "publicKeys.1: is not an armoured"],
    ["no default rule", { accessControl: {} }, "accessControl: has no rule named default"],
    [
      "a short fingerprint",
      { accessControl: { default: rule(1, "E608") } },
      "accessControl.default.investigators.Bob `Dr` Kelso.fingerprint: is not 40 upper-case",
    ],
    [
      "a weight that nobody reaches",
      { accessControl: { default: rule(3) } },
      "accessControl.default.minimumweight: all investigators together weigh 2, less than 3",
    ],
    ["a proxy without a port", { proxies: ["proxy"] }, 'proxies.0: "proxy" is not host:port'],
    ["the scheduler's fingerprint cut short", { schedulerFingerprint: "1E" }, "schedulerFingerprint: is not 40"],
  ])("is refused for %s, with its path", (_, change, expected) => {
    const problems = agentBuildProblems({ ...BUILD, ...change });
    expect(problems.map(({ path, reason }) => `${path.join(".")}: ${reason}`).join()).toContain(expected);
  });

  it("is Go source with the keys, and each rule a document", () => {
    const text = source({ accessControl: { default: rule(2) } });
    expect(documents(text)).toEqual([{ default: rule(2) }]);
    expect(text).toContain("HEARTBEATFREQ time.Duration = 5 * time.Minute");
    expect(text).toContain('PROXIES = [...]string{"proxy.example.net:3128"}');
    expect(text).toContain(PUBLIC_KEY);
    expect(text).toContain("AGENTKEY = []byte(`KEY`)");
  });

  it("lets the scheduler destroy agents once it has a key, beside whoever else may", () => {
    const scheduler = (weight: number) => ({ "MIG Scheduler": { fingerprint: FINGERPRINT, weight } });
    const schedulerFingerprint = FINGERPRINT;
    expect(documents(source({ schedulerFingerprint })).at(-1)).toEqual({
      agentdestroy: { minimumweight: 1, investigators: scheduler(1) },
    });
    const accessControl = { default: rule(2), agentdestroy: rule(2) };
    expect(documents(source({ schedulerFingerprint, accessControl })).at(-1)).toEqual({
      agentdestroy: { minimumweight: 2, investigators: { ...rule(2).investigators, ...scheduler(2) } },
    });
  });

  const hasGo = spawnSync("go", ["version"]).status === 0;
  (hasGo ? it : it.skip)(`is compiled by Go${hasGo ? "" : ": there is no go on this machine"}`, () => {
    const workspace = mkdtempSync(join(tmpdir(), "mig-agent-"));
    try {
      const files = {
        "mig/mig.go":
          "package mig\ntype Logging struct { Mode, Level, File, Host, Protocol, Facility string; Port int }\n",
        "agent/main.go": "package main\nfunc main() {}\n",
        "agent/configuration.go": source({ accessControl: { default: rule(2) }, schedulerFingerprint: FINGERPRINT }),
      };
      for (const folder of ["mig", "agent"]) mkdirSync(join(workspace, "src", folder), { recursive: true });
      for (const [path, content] of Object.entries(files)) writeFileSync(join(workspace, "src", path), content);
      const env = { ...process.env, GOPATH: workspace, GO111MODULE: "off", GOFLAGS: "" };
      const { status, stderr } = spawnSync("go", ["vet", "agent"], { cwd: workspace, env, encoding: "utf8" });
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    } finally {
      rmSync(workspace, { recursive: true });
    }
  });

  it("knows Go's durations", () => {
    expect(["30s", "5m", "24h"].map(goDuration)).toEqual(["30 * time.Second", "5 * time.Minute", "24 * time.Hour"]);
    expect(() => goDuration("5")).toThrow("is not a duration");
  });
});
