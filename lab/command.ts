import { spawn } from "node:child_process";

export interface CommandResult {
  /** The exit code; 128 + the signal's number when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** Written to the command's standard input: the place for a password. */
  readonly input?: string;
  readonly cwd?: string;
  /** Replaces the environment of this process. @default inherited */
  readonly env?: NodeJS.ProcessEnv;
  /** In milliseconds; the command is killed afterwards. @default 60_000 */
  readonly timeout?: number;
}

/** The exit code of what a signal ended. */
export const SIGNALLED = 128 + 9;

/** Runs a command to its end. Rejects when it cannot be started or takes too long, not for its exit code. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const { input = "", cwd, env, timeout = 60_000 } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], { cwd, env: env ?? process.env, stdio: "pipe" });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`${command} did not end within ${timeout / 1000} s.`));
    }, timeout);
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(new Error(`${command} cannot be run: ${error.message}.`));
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({
        code: code ?? SIGNALLED,
        stdout: Buffer.concat(stdout).toString("utf8"),
        stderr: Buffer.concat(stderr).toString("utf8"),
      });
    });
    // A command that ends without reading its input breaks the pipe: its exit code tells more than that.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}
