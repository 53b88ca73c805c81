import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** What one run took: seconds on the clock, seconds of processors, the largest memory in MiB. */
export interface Usage {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly mebibytes: number;
}

/** Runs Node on a script to its end and tells what that took. @throws Error when it fails */
export async function measureNode(script: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Usage> {
  const folder = mkdtempSync(join(tmpdir(), "groundwork-bench-"));
  const file = join(folder, "usage.json");
  try {
    await promisify(execFile)(process.execPath, ["--require", join(__dirname, "report-usage.js"), script, ...args], {
      env: { ...env, GROUNDWORK_USAGE_FILE: file },
      maxBuffer: 256 * 1024 * 1024,
    });
    return JSON.parse(readFileSync(file, "utf8")) as Usage;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export async function measure(work: () => Promise<void>): Promise<Usage> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - began) / 1000;
  return { seconds, cpuSeconds: (user + system) / 1e6, mebibytes: process.memoryUsage.rss() / 1024 / 1024 };
}
