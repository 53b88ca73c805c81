import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { createInterface } from "node:readline";
import { messageOf } from "../errors";

/** A process that serves gRPC on loopback and prints its port first: a plugin, a policy pack. */
export interface ServiceCommand {
  /** For messages: `the plugin of package "aws"`. */
  readonly subject: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Takes what it prints beside the port, by line. */
  readonly onLine: (line: string, stream: "stdout" | "stderr") => void;
}

/** How long a service may take to begin: ms. Packs in TypeScript check their types first. */
const START_LIMIT = 120_000;
/** How long a process takes to end once its connections are closed: ms. */
const ENDING_LIMIT = 2_000;
/** Lines that are kept to explain an unexpected end. */
const LAST_WORDS = 20;

const running = new Set<ServiceProcess>();

export class ServiceProcess {
  private readonly words: string[] = [];
  private readonly exited: Promise<unknown>;
  private readonly warden: ChildProcess;
  private port = 0;

  private constructor(
    private readonly spec: ServiceCommand,
    private readonly child: ChildProcess,
  ) {
    this.exited = once(child, "exit").catch(() => undefined);
    if (running.size === 0) process.once("exit", endAll);
    running.add(this);
    this.warden = wardenOf(child);
    void this.exited.then(() => this.forget());
  }

  /** Resolves when the service has told its port. */
  static async start(spec: ServiceCommand): Promise<ServiceProcess> {
    // A process group of its own: an interrupt at the terminal is for us, who then let running calls complete.
    const child = spawn(spec.command, spec.args, {
      ...{ cwd: spec.cwd, env: spec.environment, detached: true },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const service = new ServiceProcess(spec, child);
    try {
      service.port = await service.readPort();
    } catch (error) {
      await service.stop();
      throw new Error(`${spec.subject} did not start: ${messageOf(error)}${service.lastWords()}`, { cause: error });
    }
    // From here on it is our calls that keep this process waiting, not the child.
    child.unref();
    for (const stream of [child.stdout, child.stderr]) (stream as Socket).unref();
    return service;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null || this.child.pid === undefined;
  }

  /** Whether it has ended, or is about to: a dropped connection is seen before the end that caused it. */
  async isEnding(): Promise<boolean> {
    this.child.ref();
    await Promise.race([this.exited, once(AbortSignal.timeout(ENDING_LIMIT), "abort")]);
    return this.hasEnded;
  }

  /** What it printed last, to follow a sentence; empty when it said nothing. */
  lastWords(): string {
    return this.words.length === 0 ? "" : `\n${this.words.join("\n")}`;
  }

  async stop(): Promise<void> {
    if (!this.hasEnded) {
      this.child.ref();
      this.kill();
      await this.exited;
    }
    this.forget();
  }

  /** Ends it with all that it started. */
  kill(): void {
    killGroup(this.child);
  }

  private forget(): void {
    killGroup(this.warden);
    running.delete(this);
    if (running.size === 0) process.off("exit", endAll);
  }

  private readPort(): Promise<number> {
    const { child, spec } = this;
    return new Promise((resolve, reject) => {
      const refuse = (why: string) => () => reject(new Error(why));
      AbortSignal.timeout(START_LIMIT).addEventListener("abort", refuse(`no port after ${START_LIMIT / 1000} s`));
      child.once("error", reject);
      child.once("close", (code, signal) => refuse(`it ended with ${signal ?? `code ${code}`}`)());
      let ready = false;
      for (const stream of ["stdout", "stderr"] as const) {
        createInterface({ input: child[stream] ?? process.stdin }).on("line", (line) => {
          if (stream === "stdout" && !ready) {
            ready = true;
            if (Number(line) > 0) resolve(Number(line));
            else refuse(`"${line}" is no port`)();
          } else if (line.trim() !== "") {
            this.words.push(line);
            if (this.words.length > LAST_WORDS) this.words.shift();
            spec.onLine(line, stream);
          }
        });
      }
    });
  }
}

/**
 * A shell that ends the process and all that it started once this process is gone: a signal that cannot be caught leaves
 * nobody else to do it. It waits for the end of its standard input, which only this process holds open.
 */
function wardenOf({ pid }: ChildProcess): ChildProcess {
  const script = 'cat > /dev/null; kill -KILL "-$1"';
  const warden = spawn("/bin/sh", ["-c", script, "sh", String(pid)], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  // Without a shell a killed run leaves its plugins behind, and nothing else is amiss.
  warden.on("error", () => undefined);
  warden.unref();
  (warden.stdin as Socket | null)?.unref();
  return warden;
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

function endAll(): void {
  for (const service of running) service.kill();
}
