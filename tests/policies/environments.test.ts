import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse, stringify } from "yaml";

import { makeSshKey } from "../../lab/ssh-key";
import { parseEnvironment } from "../../stacks/environment";
import { AUTHORITY, OpensslCa } from "../support/openssl-ca";

const ROOT = resolve(__dirname, "../..");
const KEY = "groundwork:environment";
const MINUTE = 60_000;
jest.setTimeout(2 * MINUTE);

type Json = Record<string, unknown>;

/** A change at one place of an environment. */
type Change = readonly [path: readonly (string | number)[], value: unknown];

const folder = mkdtempSync(join(tmpdir(), "groundwork-policies-"));
const ca = new OpensslCa();
const host = makeSshKey();
const made = new Set<string>();

afterAll(() => {
  ca.close();
  rmSync(folder, { recursive: true, force: true });
});

function environmentOf(name: string, changes: readonly Change[] = []): Json {
  const text = readFileSync(join(ROOT, `stacks/Pulumi.${name}.yaml`), "utf8");
  // A few of many hosts that are all alike are enough.
  const file = parse(text.replaceAll(/\[(?<zeros>0*)1-\d+\]/g, "[$<zeros>1-$<zeros>3]")) as {
    config: Record<string, Json>;
  };
  const environment = file.config[KEY] ?? {};
  for (const [path, value] of changes) {
    const parent = path.slice(0, -1).reduce((at: unknown, step) => (at as Json)[step], environment);
    (parent as Json)[path.at(-1) ?? ""] = value;
  }
  if (environment["lab"] !== undefined) environment["lab"] = labFile(environment["hosts"] as Json[]);
  return environment;
}

/** What a lab would say of itself: a preview of what is not there yet connects to nothing. */
function labFile(hosts: readonly Json[]): string {
  const path = join(folder, "lab.json");
  const server = { host: "127.0.0.1", port: 1, username: "postgres", password: "lab-database", version: "15" };
  const lab = {
    ssh: { user: "root", privateKey: host.privateKey },
    hosts: Object.fromEntries(
      hosts.map(({ name, address, port }) => [name, { address, port, hostKey: host.publicKey }]),
    ),
    broker: { endpoint: "http://127.0.0.1:1", username: "admin", password: "lab-broker-password" },
    database: server,
  };
  writeFileSync(path, JSON.stringify(lab), { mode: 0o600 });
  return path;
}

interface Finished {
  readonly code: number | null;
  readonly output: string;
}

/** The command on the project, with state and configuration in a folder of the test's own. */
function groundwork(...args: readonly string[]): Promise<Finished> {
  const child = spawn(process.execPath, [join(ROOT, "cli/bin/groundwork.js"), ...args], {
    cwd: ROOT,
    env: {
      ...{ PATH: process.env["PATH"], HOME: folder, PULUMI_CONFIG_PASSPHRASE: "of the tests" },
      PULUMI_BACKEND_URL: `file://${folder}`,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  return new Promise((done, fail) => child.on("error", fail).on("close", (code) => done({ code, output })));
}

/** An operation of an environment by the pack, with the levels of one. What `secrets` holds is beside the environment. */
async function operate(
  operation: readonly string[],
  { name, levels = name, changes = [], secrets = {} }: Environment,
): Promise<Finished> {
  const file = join(folder, `Pulumi.${name}.yaml`);
  const config = { [KEY]: environmentOf(name, changes), ...SECRETS, ...secrets };
  writeFileSync(file, stringify({ config }), { mode: 0o600 });
  if (!made.has(name)) await groundwork("stack", "init", name, "--no-select");
  made.add(name);
  const pack = ["--policy-pack", "policies", "--policy-pack-config", `policies/levels/${levels}.json`];
  return groundwork(...operation, "--stack", name, "--config-file", file, ...pack, "--suppress-outputs");
}

interface Environment {
  readonly name: string;
  readonly levels?: string;
  readonly changes?: readonly Change[];
  readonly secrets?: Readonly<Record<string, string>>;
}

/** Not encrypted in the file: the program takes them for secrets all the same. */
const SECRETS = {
  "groundwork:sshPrivateKey": host.privateKey,
  "groundwork:brokerAdminPassword": "broker-admin-password",
  "groundwork:databaseAdminPassword": "database-admin-password",
  "groundwork:flockerStorageSecret": "flocker-storage-secret",
};

describe("an environment as its file stands breaks no rule that has to hold", () => {
  it.each([
    ["dev", /\+ 107 to create/],
    ["staging", /\+ \d{3} to create/],
  ])("%s", async (name, size) => {
    const { code, output } = await operate(["preview"], { name });
    expect(output).toMatch(size);
    expect(output).toMatch(/(✅|⚠️) groundwork@v/);
    expect([code, output.includes("[mandatory]")]).toEqual([0, false]);
  });

  it("production, whose authorities come from outside", async () => {
    const root = ca.pair({ name: "Example Root CA" });
    const intermediate = ca.pair({
      name: "MIG CA",
      issuer: root,
      extensions: ["basicConstraints=critical,CA:TRUE,pathlen:0", ...AUTHORITY.slice(1)],
    });
    const icinga = ca.pair({ name: "Icinga CA", kind: "rsa" });
    const trust = await operate(["up", "--yes", "--skip-preview"], {
      ...{ name: "prod-pki", levels: "prod", secrets: { "groundwork:rootCertificate": root.cert } },
    });
    expect([trust.code, trust.output]).toEqual([0, expect.stringContaining("✅ groundwork@v")]);
    const secrets = {
      "groundwork:migAuthorityKey": intermediate.key,
      "groundwork:migAuthorityCertificate": intermediate.cert + root.cert,
      "groundwork:icinga2AuthorityKey": icinga.key,
      "groundwork:icinga2AuthorityCertificate": icinga.cert,
    };
    for (const name of ["prod", "prod-us"]) {
      const { code, output } = await operate(["preview"], { name, levels: "prod", secrets });
      expect(output).toMatch(/✅ groundwork@v/);
      expect([code, output.includes("[mandatory]")]).toEqual([0, false]);
    }
    const weak = ca.pair({ name: "Icinga CA", kind: "rsa", size: "1024" });
    const stopped = await operate(["up", "--yes"], {
      ...{ name: "prod", levels: "prod" },
      secrets: {
        ...secrets,
        "groundwork:icinga2AuthorityKey": weak.key,
        "groundwork:icinga2AuthorityCertificate": weak.cert,
      },
    });
    expect(stopped.code).toBe(1);
    expect(stopped.output).toMatch(
      /\[mandatory\] \[severity: high\] {2}key-algorithm .*\n.*\n +of the authority that signs it RSA of 1024 bits is below 2048\n +Remedy: /,
    );
    expect(stopped.output).not.toContain("Updating");
  });
});

describe("a change to an environment file that breaks a rule stops an up before anything is touched:", () => {
  interface Broken extends Environment {
    readonly rule: string;
    readonly resource: string;
    readonly fault: string;
  }
  const CASES: readonly Broken[] = [
    {
      ...{
        rule: "certificate-lifetime",
        name: "dev",
        resource: "tls:index:LocallySignedCert: mig-relay-relay1-certificate",
      },
      ...{ changes: [[["certificates", "lifetime"], "800d"]], fault: "a lifetime of 800 days is longer than 397 days" },
    },
    {
      ...{
        rule: "database-tls-verified",
        name: "dev",
        levels: "prod",
        resource: "groundwork:mig:DatabaseServer: mig-database",
      },
      ...{ changes: [[["mig", "database", "sslmode"], "require"]], fault: "it has sslmode require" },
    },
    {
      ...{ rule: "queues-replicated", name: "dev", resource: "rabbitmq:index:VHost: mig-relay-vhost" },
      changes: [
        [
          ["mig", "relay", "hosts"],
          ["relay1", "agent1"],
        ],
        [["mig", "relay", "mirrored"], []],
      ],
      fault: "mig on agent1, relay1 has no HA policy for its queues",
    },
    {
      ...{
        rule: "stateful-protected",
        name: "dev",
        levels: "prod",
        resource: "postgresql:index:Database: mig-database-database",
      },
      ...{ changes: [[["protect"], false]], fault: "mig-database-database is not protected" },
    },
  ];

  it.each(CASES.map((each) => [each.rule, each] as const))("%s", async (rule, { resource, fault, ...environment }) => {
    const { code, output } = await operate(["up", "--yes"], environment);
    expect(code).toBe(1);
    const found = output.split("        - ").find((each) => each.includes(`  ${rule}  (${resource})`));
    expect(found).toMatch(/^\[mandatory\]/);
    expect(found).toContain(fault);
    expect(found).toMatch(/\n +Remedy: \w/);
    expect(output).not.toContain("Updating");
    expect((await groundwork("stack", "--stack", environment.name)).output).toContain("Current stack resources (0)");
  });
});

it.each<[rule: string, name: string, change: Change, path: string]>([
  ["no-guest", "staging", [["operators", "broker", "username"], "guest"], "operators.broker.username"],
  ["host-key-pinned", "staging", [["hosts", 0, "hostKey"], undefined], "hosts.0.hostKey"],
  ["host-key-pinned", "staging", [["hosts", 0, "hostKey"], "ssh-dss AAAA"], "hosts.0.hostKey"],
  ["key-algorithm", "dev", [["certificates", "keyAlgorithm"], "RSA-1024"], "certificates.keyAlgorithm"],
  ["certificate-lifetime", "dev", [["certificates", "lifetime"], "900d"], "certificates.lifetime"],
  ["certificate-lifetime", "dev", [["certificates", "renewBefore"], "90d"], "certificates.renewBefore"],
  ["database-tls-verified", "dev", [["mig", "database", "sslmode"], "disable"], "mig.database.sslmode"],
  ["queues-replicated", "dev", [["mig", "relay", "generation"], 4], "mig.relay.mirrored"],
  ["agents-apart", "dev", [["mig", "broker"], { permissions: {} }], "mig.broker"],
])("what would break %s is refused in %s before that: %j", (_rule, name, change, path) => {
  const environment = environmentOf(name, [change]);
  const parsed = parseEnvironment(JSON.parse(JSON.stringify(environment)));
  expect(parsed.kind).toBe("invalid");
  if (parsed.kind === "invalid") expect(parsed.problems.map((problem) => problem.path.join("."))).toContain(path);
});
