import { randomBytes, randomInt } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { endHosts } from "../../lab/host";
import { isRunning, processIdentity } from "../../lab/lock";
import { makeSshKey } from "../../lab/ssh-key";

/** What the test files of one run of jest share. */
export interface TestRun {
  readonly directory: string;
  /** The run's own addresses: `127.77.3`, to which a last number is added. */
  readonly network: string;
  readonly password: string;
  readonly privateKey: string;
  readonly publicKey: string;
}

const PREFIX = "groundwork-test-";
const VARIABLE = "GROUNDWORK_TEST_RUN";
const ONE_MINUTE = 60_000;

/** Claims addresses and a folder for this run of jest; the folder's name is the claim. */
export function beginTestRun(): void {
  for (;;) {
    const network = `127.${randomInt(64, 254)}.${randomInt(1, 254)}`;
    const directory = path.join(tmpdir(), PREFIX + network);
    try {
      mkdirSync(directory, { mode: 0o700 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") continue;
      throw error;
    }
    writeFileSync(path.join(directory, "owner"), processIdentity());
    const { privateKey, publicKey } = makeSshKey();
    const password = randomBytes(12).toString("hex");
    const run: TestRun = { directory, network, password, privateKey, publicKey };
    writeFileSync(path.join(directory, "run.json"), JSON.stringify(run), { mode: 0o600 });
    process.env[VARIABLE] = directory;
    return;
  }
}

/** The run that this worker of jest belongs to. */
export function testRun(): TestRun {
  const directory = process.env[VARIABLE];
  if (directory === undefined) throw new Error("No test run has begun: run the tests by jest with its globalSetup.");
  return JSON.parse(readFileSync(path.join(directory, "run.json"), "utf8")) as TestRun;
}

/** Where the folders of a run's hosts are. */
export function hostsDirectory(directory: string): string {
  return path.join(directory, "hosts");
}

/** Where the folders of a run's labs are. */
export function labsDirectory(directory: string): string {
  return path.join(directory, "labs");
}

export async function endTestRun(directory = process.env[VARIABLE]): Promise<void> {
  if (directory === undefined) return;
  const labs = children(labsDirectory(directory));
  await endHosts([hostsDirectory(directory), ...labs.map(hostsDirectory)].flatMap(children));
  rmSync(directory, { recursive: true, force: true });
}

/** Ends what runs of jest that were killed have left behind. */
export async function endDeadTestRuns(): Promise<void> {
  const runs = entries(tmpdir()).filter((name) => name.startsWith(PREFIX));
  for (const directory of runs.map((name) => path.join(tmpdir(), name))) {
    if (isDead(directory)) await endTestRun(directory);
  }
}

function isDead(directory: string): boolean {
  try {
    return !isRunning(readFileSync(path.join(directory, "owner"), "utf8"));
  } catch {
    // Without an owner it is just being made, or its maker died at that very moment.
    return Date.now() - (statSync(directory, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > ONE_MINUTE;
  }
}

function children(directory: string): string[] {
  return entries(directory).map((name) => path.join(directory, name));
}

function entries(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
