import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";

import { type LabFacts, type LabOptions, labExec, labFactsFile, labReset, labUp } from "../../lab";
import { development } from "../e2e/support/environment";
import { testLab } from "../support/servers";
import { type Contexts, JobRun, ROOT, type StepResult, jobOf } from "./job";

/** The stack of the matrix that runs here: the environment of development, on a lab of the test. */
export const STACK = "dev";

const PASSPHRASE = "the passphrase of the workflows";
/** GitHub's command, which only GitHub answers: keeps what it was asked and the body of the comment. */
const GH = '#!/bin/sh\necho "$@" >"$HOME/gh-asked"\ncp "$5" "$HOME/gh-body"\n';

/** A runner of GitHub's with a checkout of this tree, beside servers of its own. */
export class Runner {
  private readonly installed = new Set<string>();
  private readonly env: NodeJS.ProcessEnv;
  private count = 0;
  /** Of repository and environment, as the workflows name them. */
  variables: Readonly<Record<string, string>>;

  private constructor(
    private readonly lab: LabOptions,
    readonly facts: LabFacts,
    private readonly checkout: string,
    /** Of the runner's user: with `bin`, which is on PATH, and `state`. */
    readonly home: string,
  ) {
    this.env = {
      PATH: `${path.join(home, "bin")}:${process.env["PATH"]}`,
      HOME: home,
      CI: "true",
      npm_config_cache: path.join(homedir(), ".npm"),
    };
    this.variables = { PULUMI_BACKEND_URL: `file://${home}/state` };
  }

  static async start(name: string): Promise<Runner> {
    const lab = testLab(name);
    const { facts } = await labUp(lab);
    const [checkout, home] = [path.join(lab.directory, "checkout"), path.join(lab.directory, "runner")];
    const files = spawnSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], { cwd: ROOT, encoding: "utf8" });
    for (const file of files.stdout.split("\0").filter(Boolean)) {
      cpSync(path.join(ROOT, file), path.join(checkout, file));
    }
    const configuration = development(facts, labFactsFile(lab.directory));
    writeFileSync(path.join(checkout, `stacks/Pulumi.${STACK}.yaml`), configuration);
    for (const folder of ["state", "bin"]) mkdirSync(path.join(home, folder), { recursive: true, mode: 0o700 });
    writeFileSync(path.join(home, "bin/gh"), GH);
    chmodSync(path.join(home, "bin/gh"), 0o755);
    return new Runner(lab, facts, checkout, home);
  }

  stop(): Promise<void> {
    return labReset(this.lab.directory);
  }

  /** Of every job from now on. */
  set(variables: NodeJS.ProcessEnv): void {
    Object.assign(this.env, variables);
  }

  /** What somebody does once by hand, with the backend and the passphrase of the jobs. */
  byHand(command: string, ...args: readonly string[]): { readonly status: number | null; readonly said: string } {
    const env = { ...this.env, ...this.variables, PULUMI_CONFIG_PASSPHRASE: PASSPHRASE };
    const { status, stdout, stderr } = spawnSync(command, [...args], { cwd: this.checkout, env, encoding: "utf8" });
    return { status, said: `${stdout}${stderr}` };
  }

  onHost(host: string, command: string): Promise<unknown> {
    return labExec(this.lab.directory, host, command);
  }

  /** A job with what `given` lays over its contexts: of a run by hand, by the embedded engine. */
  play(
    workflow: string,
    job: string,
    given: Contexts = {},
  ): { readonly steps: readonly StepResult[]; readonly summary: string } {
    const run = new JobRun(this.checkout, path.join(this.home, String(++this.count)), this.env, this.installed);
    const steps = run.run(jobOf(workflow, job), {
      github: { event_name: "workflow_dispatch", token: "t", event: {} },
      inputs: { engine: "groundwork", stack: STACK },
      matrix: { stack: STACK },
      vars: this.variables,
      secrets: { PULUMI_CONFIG_PASSPHRASE: PASSPHRASE },
      needs: { preview: { result: "success" } },
      ...given,
    });
    return { steps, summary: run.summary };
  }
}

/** By the names of the steps; what failed is shown. */
export function codes(steps: readonly StepResult[]): Record<string, number | null> {
  const failed = steps.find(({ code }) => code !== 0 && code !== 7);
  if (failed !== undefined) console.error(failed.stdout.slice(-4_000), failed.stderr);
  return Object.fromEntries(steps.map(({ name, code }) => [name, code]));
}
