import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ROOT = resolve(__dirname, "../..");
const COMMAND = join(ROOT, "cli", "bin", "groundwork.js");

export const PASSPHRASE = "a passphrase of the tests";

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A project in a folder of its own, worked on by the real command in child processes. */
export class TestProject {
  readonly folder = mkdtempSync(join(tmpdir(), "groundwork-cli-"));
  private readonly children = new Set<ChildProcess>();

  constructor(source = join(__dirname, "fixtures", "project")) {
    cpSync(source, this.folder, { recursive: true, filter: (path) => !path.endsWith("node_modules") });
    symlinkSync(join(ROOT, "node_modules"), join(this.folder, "node_modules"));
  }

  /** One with an empty stack `dev`, which is selected. */
  static async withStack(source?: string): Promise<TestProject> {
    const project = new TestProject(source);
    const { code, stderr } = await project.run(["stack", "init", "dev"]);
    if (code !== 0) throw new Error(stderr);
    return project;
  }

  copy(): TestProject {
    return new TestProject(this.folder);
  }

  /** Runs the command to its end. */
  run(args: readonly string[], environment: NodeJS.ProcessEnv = {}, input = ""): Promise<Finished> {
    return this.start(args, environment, input).finished;
  }

  /** What the command prints, which has to succeed and to have nothing to complain of. */
  async say(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(args);
    expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: "" });
    return stdout;
  }

  /** Starts the command; `says` resolves once its standard output holds a text. */
  start(
    args: readonly string[],
    environment: NodeJS.ProcessEnv = {},
    input = "",
  ): { child: ChildProcess; finished: Promise<Finished>; says: (text: string) => Promise<void> } {
    const child = spawn(process.execPath, [COMMAND, ...args], {
      cwd: this.folder,
      env: { PATH: process.env["PATH"], HOME: this.folder, PULUMI_CONFIG_PASSPHRASE: PASSPHRASE, ...environment },
      stdio: "pipe",
    });
    this.children.add(child);
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdin.end(input);
    const finished = new Promise<Finished>((done) => {
      child.on("close", (code) => {
        this.children.delete(child);
        done({ code, stdout, stderr });
      });
    });
    const says = (text: string): Promise<void> =>
      new Promise((done, fail) => {
        const look = (): void => (stdout.includes(text) ? done() : undefined);
        child.stdout.on("data", look);
        child.on("close", () => fail(new Error(`ended without saying "${text}": ${stdout}${stderr}`)));
        look();
      });
    return { child, finished, says };
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), "utf8");
  }

  dispose(): void {
    for (const child of this.children) child.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}
