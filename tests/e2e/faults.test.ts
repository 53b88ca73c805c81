import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";

import { labUp } from "../../lab";
import { stopPostgresql } from "../../lab/postgresql";
import { stopRabbitmq } from "../../lab/rabbitmq";
import { MISTAKES } from "./faults/configurations";
import { OBSTACLES, type Obstacle, WRONG } from "./faults/obstacles";
import { openSteps } from "./interrupted/rounds";
import { type CliResult, Environment } from "./support/environment";
import { takeInventory } from "./support/inventory";
import { Finder, needles } from "./support/needles";
import { secretValues } from "./support/state";

const MINUTES = 60_000;
const UP = ["up", "--yes", "--skip-preview", "--suppress-outputs"];

let environment: Environment;

beforeAll(async () => {
  environment = await Environment.start("faults");
}, 3 * MINUTES);

afterAll(async () => environment.stop(), MINUTES);

describe("a configuration", () => {
  test.each(MISTAKES)("$name says where and what, and touches nothing", async ({ make, code, says }) => {
    const right = readFileSync(environment.configFile, "utf8");
    writeFileSync(environment.configFile, make(right));
    const before = stateFiles();
    const result = await environment.operate("up", "--yes");
    writeFileSync(environment.configFile, right);
    expect(result.code).toBe(code);
    for (const pattern of says) expect(result.stdout + result.stderr).toMatch(pattern);
    expect(stateFiles()).toEqual(before);
  });
});

test.each([
  ["wrong", { PULUMI_CONFIG_PASSPHRASE: "opensesame" }, /the passphrase in PULUMI_CONFIG_PASSPHRASE is not the one/],
  ["missing", {}, /no passphrase is set; set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE/],
])("a passphrase that is %s is told as that, with exit code 3", async (_, env, says) => {
  const before = stateFiles();
  const result = await environment.begin(UP, { env: { PULUMI_CONFIG_PASSPHRASE_FILE: undefined, ...env } }).result;
  expect(result).toMatchObject({ code: 3, stdout: "" });
  expect(result.stderr).toMatch(says);
  expect(stateFiles()).toEqual(before);
});

test(
  "each obstacle is named with its subject and what to do; all else is done and saved, and goes on when it is removed",
  async () => {
    const inTheWay = new Set<Obstacle>(OBSTACLES);
    const printed: string[] = [];
    for (const obstacle of OBSTACLES) await obstacle.place(environment);

    for (let round = 0; inTheWay.size > 0; round++) {
      const result = await environment.operate(...UP);
      printed.push(result.stdout, result.stderr);
      const met = [...inTheWay].filter(({ says }) => says.test(result.stdout));
      if (result.code !== 1 || met.length === 0) {
        const names = [...inTheWay].map(({ name }) => name).join(", ");
        throw new Error(`With ${names} up ended with ${result.code}:\n${result.stdout}${result.stderr}`);
      }
      expect(openSteps(result)).toEqual([]);
      expect(await urns()).toEqual(expect.arrayContaining(created(result)));
      for (const obstacle of met) {
        await obstacle.remove(environment);
        inTheWay.delete(obstacle);
      }
    }
    const last = await environment.operate(...UP);
    expect(last).toMatchObject({ code: 0, stderr: "" });
    await expectNothingToDo();
    await expectNoSecrets([...printed, last.stdout]);
  },
  4 * MINUTES,
);

test(
  "servers and a host that are down are each named; what can be read is read, and nothing is lost",
  async () => {
    const before = [await urns(), await takeInventory(environment)];
    const agent = environment.host("agent2");
    await Promise.all([
      stopRabbitmq(environment.host("relay1")),
      stopPostgresql(environment.host("db1")),
      agent.stop(),
    ]);
    const result = await environment.operate("up", "--refresh", "--yes", "--skip-preview");
    expect(result.code).toBe(1);
    for (const says of [
      /refreshing \S+ "mig-relay-\S+" failed: RabbitMQ management API http:\S+: nobody listens there: see that the server runs/,
      /refreshing \S+:Role "mig-database-role-\w+" failed: .*PostgreSQL 127\.[\d.]+:5432, .*ECONNREFUSED.*; see that the server runs, and correct `host` and `port`/,
      /refreshing hosts:index:FileSet "mig-agent-agent2" failed: Host agent2 \(\S+\) is unreachable: .*refused\. Check that it is up/,
      /where an address or a password has changed since, run `groundwork up` without --refresh first/,
      /^ {2}The same goes for \d+ more:$/m,
      /^ +\d+ errored$/m,
    ]) {
      expect(result.stdout).toMatch(says);
    }
    await labUp({ name: "faults", directory: environment.directory, subnet: environment.facts.subnet });
    expect([await urns(), await takeInventory(environment)]).toEqual(before);
    await expectNothingToDo();
    await expectNoSecrets([result.stdout, result.stderr]);
  },
  2 * MINUTES,
);

async function urns(): Promise<string[]> {
  const { deployment } = await environment.exportState();
  expect(deployment.pending_operations ?? []).toEqual([]);
  return (deployment.resources ?? []).map(({ urn }) => urn);
}

/** The resources of which it was said that they were made, by the end of their URNs. */
function created({ stdout }: CliResult): unknown[] {
  const lines = stdout.matchAll(/^ \+ +(\S+) (\S+) created /gm);
  return [...lines].map(([, , name = ""]) => expect.stringMatching(new RegExp(`::${name}$`)) as unknown);
}

async function expectNothingToDo(): Promise<void> {
  const look = await environment.operate("up", "--refresh", "--yes", "--skip-preview", "--expect-no-changes");
  expect(look).toMatchObject({ code: 0, stderr: "" });
}

async function expectNoSecrets(printed: readonly string[]): Promise<void> {
  const { ssh, broker, database } = environment.facts;
  const words = secretValues(await environment.exportState())
    .map(({ urn, value }) => [urn, String(value)] as const)
    .filter(([, value]) => /^\S{16,}$|^-----BEGIN [A-Z ]*PRIVATE KEY-----\n/.test(value));
  const named = new Map([
    ...words,
    ["SSH key", ssh.privateKey],
    ["broker", broker.password],
    ["database", database.password],
    ...Object.entries(WRONG),
  ]);
  expect(named.size).toBeGreaterThan(20);
  expect(new Finder(needles(named)).inText(printed.join("\n"))).toEqual(new Set());
}

/** The contents of the backend's folder by path, locks included. */
function stateFiles(): Record<string, string> {
  const names = readdirSync(environment.state, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map(({ parentPath, name }) => path.join(parentPath, name));
  return Object.fromEntries(files.map((file) => [file, readFileSync(file, "utf8")]));
}
