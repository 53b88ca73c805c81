import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What one process took: seconds on the clock, seconds of processors, the largest memory in MiB. */
export interface Usage {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Absent where only Node could tell. */
  readonly mebibytes?: number;
  /** When the process said what `until` looks for. */
  readonly untilSeconds?: number;
}

export interface Invocation {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** The time until this comes on standard output is told as well. */
  readonly until?: RegExp;
}

/** Runs Node with these arguments to its end. @throws Error with what it said when it fails */
export async function measureNode(args: readonly string[], env: NodeJS.ProcessEnv, until?: RegExp): Promise<Usage> {
  const folder = mkdtempSync(join(tmpdir(), "groundwork-bench-"));
  const file = join(folder, "usage.json");
  try {
    const { untilSeconds } = await run({
      command: process.execPath,
      args: ["--require", join(__dirname, "report-usage.js"), ...args],
      env: { ...env, GROUNDWORK_USAGE_FILE: file },
      ...(until !== undefined && { until }),
    });
    const usage = JSON.parse(readFileSync(file, "utf8")) as Usage;
    return { ...usage, ...(untilSeconds !== undefined && { untilSeconds }) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs any command to its end; the processes that it starts count. */
export async function measureCommand({ command, args, ...rest }: Invocation): Promise<Usage> {
  const script = 'TIMEFORMAT="usage %R %U %S"; time "$@"';
  const { errors } = await run({ command: "bash", args: ["-c", script, "bash", command, ...args], ...rest });
  const [, seconds = "", user = "", system = ""] = /usage (\S+) (\S+) (\S+)\s*$/.exec(errors) ?? [];
  return { seconds: Number(seconds), cpuSeconds: Number(user) + Number(system) };
}

function run({ command, args, env, cwd, until }: Invocation): Promise<{ errors: string; untilSeconds?: number }> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(command, args, { env, cwd, stdio: ["ignore", "pipe", "pipe"] });
    let [output, errors] = ["", ""];
    let untilSeconds: number | undefined;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-10_000);
      if (until?.test(output)) untilSeconds ??= (performance.now() - began) / 1000;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => (errors = (errors + text).slice(-10_000)));
    child.on("error", reject).on("close", (code) => {
      if (code === 0) resolve({ errors, ...(untilSeconds !== undefined && { untilSeconds }) });
      else reject(new Error(`${[command, ...args].join(" ")} ended with ${code}:\n${output}${errors}`));
    });
  });
}
