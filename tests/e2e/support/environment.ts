import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { createInterface } from "node:readline";

import { type LabFacts, type LabOptions, labFactsFile, labReset, labUp } from "../../../lab";
import { Host } from "../../../lab/host";
import { testLab } from "../../support/servers";
import type { ExportedState } from "./state";

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly process: ChildProcess;
  readonly result: Promise<CliResult>;
}

export interface CommandOptions {
  /** Hears each line of standard output as it comes. */
  readonly onLine?: (line: string) => void;
  /** Laid over the environment that commands have here. */
  readonly env?: NodeJS.ProcessEnv;
}

/** What the environment of development has in its addresses and names as its lab; here it is the test's own. */
const DEVELOPMENT = { subnet: "127.10.0.", lab: ".groundwork/lab/dev/lab.json" };
const ROOT = path.resolve(__dirname, "../../..");
const COMMAND = path.join(ROOT, "cli/bin/groundwork.js");
const STACK = "e2e";
/** Of the time that a command may take, in milliseconds. */
const LIMIT = 180_000;

/**
 * The environment of `stacks/Pulumi.dev.yaml` on a lab of its own, with state, passphrase and configuration in a
 * folder of its own, worked on by the command line as a user has it. All of it ends with the run of the tests,
 * whatever becomes of the test that made it.
 */
export class Environment {
  private constructor(
    private readonly lab: LabOptions,
    readonly facts: LabFacts,
    /** Of state, configuration and passphrase. */
    readonly folder: string,
    readonly passphrase: string,
  ) {}

  /**
   * Brings the lab up and makes the stack, in which nothing is yet.
   *
   * @param platforms sections for the lab's hosts in place of those of `stacks/Pulumi.dev.yaml`
   * @param more what the lab has beside
   */
  static async start(
    name: string,
    platforms?: Readonly<Record<string, unknown>>,
    more: Pick<LabOptions, "moreBrokers"> = {},
  ): Promise<Environment> {
    const lab = { ...testLab(name), ...more };
    const { facts } = await labUp(lab);
    const folder = path.join(lab.directory, "stack");
    mkdirSync(folder, { mode: 0o700 });
    const passphrase = `the passphrase of ${path.basename(lab.directory)}`;
    writeFileSync(path.join(folder, "passphrase"), `${passphrase}\n`, { mode: 0o600 });
    const environment = new Environment(lab, facts, folder, passphrase);
    const labFile = labFactsFile(lab.directory);
    const configuration = platforms === undefined ? development(facts, labFile) : holding(facts, labFile, platforms);
    writeFileSync(environment.configFile, configuration);
    await environment.succeed("stack", "init", STACK, "--no-select");
    return environment;
  }

  /** The state's folder. */
  get state(): string {
    return path.join(this.folder, "state");
  }

  get configFile(): string {
    return path.join(this.folder, `Pulumi.${STACK}.yaml`);
  }

  /** Where an operation writes down what it has done so far. */
  get journal(): string {
    return path.join(this.state, ".pulumi/stacks/groundwork", `${STACK}.journal`);
  }

  /** Everything that the lab keeps, and the stack's folder in it. */
  get directory(): string {
    return this.lab.directory;
  }

  /** `preview`, `up`, `refresh` or `destroy` of the stack. */
  operate(...args: readonly string[]): Promise<CliResult> {
    return this.begin(args).result;
  }

  /** As `operate`, for an operation that is meddled with while it runs. */
  begin(args: readonly string[], options?: CommandOptions): RunningCommand {
    return this.start([...args, "--stack", STACK, "--config-file", this.configFile], options);
  }

  /** The stack's state with its secrets in clear. */
  async exportState(): Promise<ExportedState> {
    const { stdout } = await this.succeed("stack", "export", "--stack", STACK, "--show-secrets");
    return JSON.parse(stdout) as ExportedState;
  }

  async outputs<T>(): Promise<T> {
    const { stdout } = await this.succeed("stack", "output", "--stack", STACK, "--json", "--show-secrets");
    return JSON.parse(stdout) as T;
  }

  /** Runs the command line to its end. */
  cli(...args: readonly string[]): Promise<CliResult> {
    return this.start(args).result;
  }

  private start(args: readonly string[], { onLine = () => undefined, env }: CommandOptions = {}): RunningCommand {
    const child = spawn(process.execPath, [COMMAND, ...args], {
      cwd: ROOT,
      env: {
        PATH: process.env["PATH"],
        HOME: this.folder,
        PULUMI_BACKEND_URL: `file://${this.state}`,
        PULUMI_CONFIG_PASSPHRASE_FILE: path.join(this.folder, "passphrase"),
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: LIMIT,
      killSignal: "SIGKILL",
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    createInterface({ input: child.stdout }).on("line", onLine);
    const result = new Promise<CliResult>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve({ code, stdout, stderr }));
    });
    return { process: child, result };
  }

  /** As `cli`, for a command that has to succeed. */
  async succeed(...args: readonly string[]): Promise<CliResult> {
    const result = await this.cli(...args);
    if (result.code !== 0) {
      throw new Error(`groundwork ${args.join(" ")} ended with ${result.code}:\n${result.stdout}${result.stderr}`);
    }
    return result;
  }

  /** A host of the lab, past SSH. */
  host(name: string): Host {
    const { address = "", port } = this.facts.hosts[name] ?? {};
    return new Host({ name, address, port, directory: path.join(this.directory, "hosts", name), authorizedKey: "" });
  }

  get hosts(): readonly Host[] {
    return Object.keys(this.facts.hosts).map((name) => this.host(name));
  }

  stop(): Promise<void> {
    return labReset(this.directory);
  }
}

/** Configuration as the environment of development has it, on a lab of a test. */
export function development({ subnet }: LabFacts, lab: string): string {
  const file = readFileSync(path.join(ROOT, "stacks/Pulumi.dev.yaml"), "utf8");
  return file.replaceAll(DEVELOPMENT.subnet, `${subnet}.`).replace(DEVELOPMENT.lab, lab);
}

/** Configuration of an environment with all of the lab's hosts. JSON is YAML. */
function holding(facts: LabFacts, lab: string, platforms: Readonly<Record<string, unknown>>): string {
  const hosts = Object.entries(facts.hosts).map(([name, { address, port }]) => ({ name, address, port }));
  return JSON.stringify({ config: { "groundwork:environment": { lab, hosts, ...platforms } } });
}
