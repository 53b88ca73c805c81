import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import * as path from "node:path";

import { inTurn, type DriftReport, type ReportedFinding } from "../../cli/drift/report";
import { shellWord } from "../../providers/base/shell-word";
import { sarifErrors } from "../support/sarif";
import { driftSchemaErrors } from "../support/drift-schema";
import { ADDITIONS, CHANGES, REMOVALS, type Difference } from "./drift/differences";
import { type CliResult, Environment } from "./support/environment";
import { asOperator } from "./support/inventory";
import { secretValues } from "./support/state";

const MINUTES = 60_000;
const STACK = ["--stack", "e2e"];

let environment: Environment;

beforeAll(async () => {
  environment = await Environment.start("drifting");
  expect(await environment.operate("up", "--yes", "--skip-preview")).toMatchObject({ code: 0 });
}, 4 * MINUTES);

afterAll(async () => environment?.stop(), MINUTES);

test("what was just brought up has no drift", async () => {
  expect(await drift()).toMatchObject({ code: 0, lines: [] });
});

describe("what was changed and added by hand", () => {
  let before: string;
  let found: Found;
  const differences = [...CHANGES, ...ADDITIONS];

  beforeAll(async () => {
    await doAll(differences);
    before = digestOfFolder(environment.state);
    found = await drift("--report", file("drift.md"), "--report", file("drift.sarif"));
  }, 2 * MINUTES);

  test.each(differences)("$where: $by", ({ finds }) => {
    expect(found.lines).toEqual(expect.arrayContaining([...finds]));
  });

  test("is all that is found, and exit code 7 says that there is something", () => {
    expect(found.lines).toEqual(differences.flatMap(({ finds }) => finds).sort());
    expect(found).toMatchObject({ code: 7, stderr: "" });
  });

  test("is found without a write to the state, a lock or the history", () => {
    expect(digestOfFolder(environment.state)).toBe(before);
  });

  test("is told as the schemas have it, in every format", () => {
    expect(driftSchemaErrors(found.report)).toEqual([]);
    expect(sarifErrors(JSON.parse(readFileSync(file("drift.sarif"), "utf8")))).toEqual([]);
    expect(readFileSync(file("drift.md"), "utf8")).toContain("| e2e | high | changed | `User agent: password` |");
  });

  test("is told without any secret", async () => {
    const secrets = secretValues(await environment.exportState()).flatMap(({ value }) =>
      typeof value === "string" && value.length > 7 ? value : [],
    );
    const said = [found.stdout, readFileSync(file("drift.md"), "utf8"), readFileSync(file("drift.sarif"), "utf8")];
    expect(secrets.length).toBeGreaterThan(10);
    for (const secret of [...secrets, "somebody-elses"]) expect(said.some((text) => text.includes(secret))).toBe(false);
  });

  test(
    "is repaired by the commands that it names, and then there is none",
    async () => {
      await repair(found.report.findings);
      expect(await drift()).toMatchObject({ code: 0, lines: [] });
      // What was nobody's to judge is still there.
      await environment.host("api1").run("test -e /var/cache/mig/action/new/1.json");
    },
    2 * MINUTES,
  );
});

test(
  "what was removed by hand is found and nothing else, and repaired by the commands that it names",
  async () => {
    await doAll(REMOVALS);
    const found = await drift();
    const lines = found.lines.map((line) => line.replace(/^missing Grant .*/, "missing Grant"));
    expect(lines.sort()).toEqual(REMOVALS.flatMap(({ finds }) => finds).sort());
    expect(found.code).toBe(7);
    await repair(found.report.findings);
    expect(await drift()).toMatchObject({ code: 0, lines: [] });
  },
  3 * MINUTES,
);

test(
  "a host that is down makes it exit code 1 and is named, and what is beside it is found all the same",
  async () => {
    const host = environment.host("agent3");
    await environment.host("agent1").run("touch /etc/mig/agent/extra.pem");
    await host.stop();
    const found = await drift();
    expect(found).toMatchObject({ code: 1, lines: ["undeclared file /etc/mig/agent/extra.pem"] });
    expect(found.report.unknown.map(({ object }) => object.replace(/-\w+$/, ""))).toEqual([
      "FileSet agent3:mig-agent-agent3",
    ]);
    expect(found.report.unknown[0]?.reason).toMatch(/^Host agent3 \(.*\) is unreachable/);
    expect(found.report.stacks).toMatchObject([{ stack: "e2e", result: "unknown" }]);
  },
  MINUTES,
);

test(
  "a database that is down is no drift of what is in it, and of what a command on a host says of it",
  async () => {
    await environment.host("db1").run("kill -INT $(head -n 1 /var/lib/postgresql/*/main/postmaster.pid); sleep 1");
    const { code, report } = await drift();
    expect(code).toBe(1);
    expect(report.findings.map(({ object }) => object)).toEqual(["file /etc/mig/agent/extra.pem"]);
    const untold = report.unknown.map(({ object, reason }) => `${object}: ${reason}`);
    expect(untold).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^Guard db1:mig-database-schema-\w+: .*cannot tell whether it is applied/),
        expect.stringMatching(/^Database mig: .*ECONNREFUSED.*see that the server runs/),
      ]),
    );
  },
  MINUTES,
);

interface Found extends CliResult {
  readonly report: DriftReport;
  /** `changed User agent: password`, sorted; without the digests in the ids of what is on hosts. */
  readonly lines: readonly string[];
}

async function drift(...args: readonly string[]): Promise<Found> {
  const result = await environment.cli("drift", "--json", ...STACK, ...args);
  if (result.stdout === "") throw new Error(result.stderr);
  const report = JSON.parse(result.stdout) as DriftReport;
  const lines = report.findings.map(
    ({ kind, object, path: property }) =>
      `${kind} ${object.replace(/-[0-9a-f]{12}$/, "")}${property === "" ? "" : `: ${property}`}`,
  );
  return { ...result, report, lines: lines.sort() };
}

/** In the order of the list at each place, at all places at once. */
async function doAll(all: readonly Difference[]): Promise<void> {
  const places = new Set(all.map(({ where }) => where));
  const inTurn = async (place: Difference["where"]): Promise<void> => {
    for (const each of all) if (each.where === place) await doIt(each);
  };
  await Promise.all([...places].map(inTurn));
}

async function doIt({ where, by }: Difference): Promise<void> {
  if (where === "sql" || where === "server") {
    await asOperator(environment, (client) => client.query(by), where === "sql" ? "mig" : "postgres");
  } else await environment.host(where).run(by);
}

/** Runs each command once, in its turn and where it says. */
async function repair(findings: readonly ReportedFinding[]): Promise<void> {
  const commands = new Map(inTurn(findings).map(({ repair: { command, where = "" } }) => [command, where]));
  for (const [command, where] of commands) {
    const host =
      /^on host (\w+), as root$/.exec(where)?.[1] ?? (where.startsWith("on a node of") ? "relay1" : undefined);
    if (command.startsWith("groundwork ")) {
      const args = command
        .replace(` ${STACK.join(" ")}`, "")
        .split(" ")
        .slice(1);
      expect(await environment.operate(...args, "--yes", "--skip-preview")).toMatchObject({ code: 0 });
    } else if (host !== undefined) await environment.host(host).run(`bash -c ${shellWord(command)}`);
    else await shell(command);
  }
}

/** On this machine, with the operator's password as `psql` takes it. */
function shell(command: string): Promise<void> {
  const env = { PATH: process.env["PATH"], PGPASSWORD: environment.facts.database.password };
  return new Promise((resolve, reject) => {
    const child = spawn("/bin/sh", ["-c", command], { env, stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(`${command}: ${said}`))));
  });
}

function file(name: string): string {
  return path.join(environment.folder, name);
}

function digestOfFolder(folder: string): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
    hash.update(name);
    try {
      hash.update(readFileSync(path.join(folder, name)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EISDIR") throw error;
    }
  }
  return hash.digest("hex");
}
