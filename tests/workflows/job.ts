import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";

interface Step {
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Job {
  readonly env?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

/** What expressions may name: `github`, `inputs`, `matrix`, `vars`, `secrets`, `needs`. */
export type Contexts = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What a step with a command did. */
export interface StepResult {
  readonly name: string;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export const ROOT = path.resolve(__dirname, "../..");
const EVALUATOR = path.join(__dirname, "evaluate.mjs");
const INSTALLS = /^npm ci\b/;
const LIMIT = 600_000;

/** A workflow's job by name. */
export function jobOf(workflow: string, job: string): Job {
  const { jobs } = read(`.github/workflows/${workflow}.yml`) as { jobs: Record<string, Job> };
  const found = jobs[job];
  if (found === undefined) throw new Error(`${workflow}.yml has no job ${job}`);
  return found;
}

/**
 * Runs the commands of a job as they are written, as GitHub's runner does: in its shell with its options, in the
 * job's environment, with the files by which a step tells the next ones. Actions of others are left out; those of
 * this project are gone into.
 */
export class JobRun {
  private failed = false;
  readonly results: StepResult[] = [];

  constructor(
    private readonly checkout: string,
    private readonly files: string,
    private readonly base: NodeJS.ProcessEnv,
    /** Of this checkout: what has installed its packages is not run for each job. */
    private readonly installed: Set<string>,
  ) {
    mkdirSync(files, { recursive: true });
  }

  run({ env = {}, steps }: Job, contexts: Contexts): readonly StepResult[] {
    for (const name of ["env", "output", "path", "summary"]) writeFileSync(this.file(name), "");
    const common = this.fill(env, contexts);
    for (const step of steps) this.step(step, contexts, common);
    return this.results;
  }

  /** What the steps have written for the page of the run. */
  get summary(): string {
    return readFileSync(this.file("summary"), "utf8");
  }

  private step(step: Step, contexts: Contexts, common: Readonly<Record<string, string>>): void {
    if (!this.fill({ if: step.if ?? "success()" }, contexts).if) return;
    if (step.uses?.startsWith("./") === true) {
      const action = read(`${step.uses}/action.yml`) as { runs: { steps: readonly Step[] } };
      const inputs = this.fill(step.with ?? {}, contexts);
      for (const inner of action.runs.steps) this.step(inner, { ...contexts, inputs }, common);
    }
    if (step.run === undefined) return;
    if (step.run.includes("${{")) throw new Error(`${step.name}: an expression in a command can carry commands in`);
    if (INSTALLS.test(step.run) && this.installed.has(step.run)) {
      this.results.push({ name: step.name ?? step.run, code: 0, stdout: "", stderr: "" });
      return;
    }
    this.installed.add(step.run);
    const variables = { ...this.base, ...this.told(), ...common, ...this.fill(step.env ?? {}, contexts) };
    const { status, stdout, stderr } = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", step.run], {
      cwd: this.checkout,
      env: variables,
      encoding: "utf8",
      timeout: LIMIT,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.failed ||= status !== 0;
    this.results.push({ name: step.name ?? step.run, code: status, stdout, stderr });
  }

  private fill<T>(value: T, contexts: Contexts): T {
    const input = JSON.stringify({ value, contexts, failed: this.failed, workspace: this.checkout });
    const { stdout, stderr, status } = spawnSync(process.execPath, [EVALUATOR], { input, encoding: "utf8" });
    if (status !== 0) throw new Error(`${JSON.stringify(value)} cannot be evaluated: ${stderr}`);
    return JSON.parse(stdout) as T;
  }

  private told(): NodeJS.ProcessEnv {
    const lines = readFileSync(this.file("env"), "utf8").split("\n").filter(Boolean);
    const told = lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const);
    return {
      ...Object.fromEntries(told),
      GITHUB_ENV: this.file("env"),
      GITHUB_OUTPUT: this.file("output"),
      GITHUB_PATH: this.file("path"),
      GITHUB_STEP_SUMMARY: this.file("summary"),
    };
  }

  private file(name: string): string {
    return path.join(this.files, name);
  }
}

function read(file: string): unknown {
  return parse(readFileSync(path.join(ROOT, file), "utf8"));
}
