import { spawn } from "node:child_process";
import * as path from "node:path";

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const ROOT = path.resolve(__dirname, "../../..");
const COMMAND = path.join(ROOT, "cli/bin/groundwork.js");
/** Of the time that a command may take, in milliseconds. */
const LIMIT = 180_000;

/** Runs the command line in the project to its end. */
export function runCli(args: readonly string[], env: NodeJS.ProcessEnv, input = ""): Promise<CliResult> {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    cwd: ROOT,
    env: { PATH: process.env["PATH"], ...env },
    stdio: "pipe",
    timeout: LIMIT,
    killSignal: "SIGKILL",
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}
