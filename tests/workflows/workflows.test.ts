import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";

import { type LabOptions, labExec, labFactsFile, labReset, labUp } from "../../lab";
import { development } from "../e2e/support/environment";
import { testLab } from "../support/servers";
import { type Contexts, JobRun, ROOT, type StepResult, jobOf } from "./job";

/** The stack of the matrix that runs here: the environment of development, on a lab of the test. */
const STACK = "dev";
const LIMIT = 900_000;

let lab: LabOptions;
let checkout: string;
let home: string;
let env: NodeJS.ProcessEnv;
const installed = new Set<string>();
let count = 0;

beforeAll(async () => {
  lab = testLab("workflows");
  const { facts } = await labUp(lab);
  [checkout, home] = [path.join(lab.directory, "checkout"), path.join(lab.directory, "runner")];
  const files = spawnSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], { cwd: ROOT, encoding: "utf8" });
  for (const file of files.stdout.split("\0").filter(Boolean)) cpSync(path.join(ROOT, file), path.join(checkout, file));
  const configuration = development(facts, labFactsFile(lab.directory));
  writeFileSync(path.join(checkout, `stacks/Pulumi.${STACK}.yaml`), configuration);
  for (const folder of ["state", "bin"]) mkdirSync(path.join(home, folder), { recursive: true, mode: 0o700 });
  writeFileSync(path.join(home, "bin/gh"), GH);
  chmodSync(path.join(home, "bin/gh"), 0o755);
  env = {
    PATH: `${path.join(home, "bin")}:${process.env["PATH"]}`,
    HOME: home,
    CI: "true",
    npm_config_cache: path.join(homedir(), ".npm"),
  };
}, LIMIT);

afterAll(() => labReset(lab.directory));

/** GitHub's command, which only GitHub answers: keeps what it was asked and the body of the comment. */
const GH = '#!/bin/sh\necho "$@" >"$HOME/gh-asked"\ncp "$5" "$HOME/gh-body"\n';

function contexts(given: Contexts = {}): Contexts {
  return {
    github: { event_name: "workflow_dispatch", token: "t", event: {} },
    inputs: { engine: "groundwork", stack: STACK },
    matrix: { stack: STACK },
    vars: { PULUMI_BACKEND_URL: `file://${home}/state` },
    secrets: { PULUMI_CONFIG_PASSPHRASE: "the passphrase of the workflows" },
    needs: { preview: { result: "success" } },
    ...given,
  };
}

function play(workflow: string, job: string, given?: Contexts): { steps: readonly StepResult[]; summary: string } {
  const run = new JobRun(checkout, path.join(home, String(++count)), env, installed);
  return { steps: run.run(jobOf(workflow, job), contexts(given)), summary: run.summary };
}

function codes(steps: readonly StepResult[]): Record<string, number | null> {
  const failed = steps.find(({ code }) => code !== 0 && code !== 7);
  if (failed !== undefined) console.error(failed.stdout.slice(-4_000), failed.stderr);
  return Object.fromEntries(steps.map(({ name, code }) => [name, code]));
}

const SET_UP = { "Install npm packages": 0, "Choose the engine": 0 };

it(
  "a job whose state has no home ends before it does anything, and says what to set",
  () => {
    const { steps } = play("preview", "preview", { vars: {} });
    expect(steps.find(({ name }) => name === "Choose the engine")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("PULUMI_BACKEND_URL is not set: the state would be lost with the job.") as string,
    });
    expect(steps.map(({ name }) => name)).not.toContain("Preview");
  },
  LIMIT,
);

it(
  "the preview of a pull request is commented",
  () => {
    const init = spawnSync("npx", ["groundwork", "stack", "init", STACK], {
      cwd: checkout,
      env: {
        ...env,
        PULUMI_BACKEND_URL: `file://${home}/state`,
        PULUMI_CONFIG_PASSPHRASE: contexts()["secrets"]?.["PULUMI_CONFIG_PASSPHRASE"] as string,
      },
      encoding: "utf8",
    });
    expect(init).toMatchObject({ status: 0 });
    const { steps } = play("preview", "preview");
    expect(codes(steps)).toEqual({ ...SET_UP, Preview: 0, "Write it down for the comment": 0 });

    const pull = { html_url: "https://github.com/example/ground/pull/7" };
    const { steps: comment } = play("preview", "comment", {
      github: { event_name: "pull_request", token: "t", event: { pull_request: pull } },
    });
    expect(codes(comment)).toEqual({ "Comment on the pull request": 0 });
    expect(readFileSync(path.join(home, "gh-asked"), "utf8")).toContain(`pr comment ${pull.html_url}`);
    const body = readFileSync(path.join(home, "gh-body"), "utf8");
    expect(body).toMatch(/^### Preview of dev\n\n```\nResources:\n {4}\+ \d+ to create\n/);
  },
  LIMIT,
);

it(
  "what was planned is done, and nothing is left to do",
  () => {
    expect(codes(play("deploy-stack", "plan").steps)).toEqual({ ...SET_UP, Plan: 0 });
    expect(codes(play("deploy-stack", "up").steps)).toEqual({
      ...SET_UP,
      "Do what was planned": 0,
      "See that nothing is left to do": 0,
    });
  },
  LIMIT,
);

it(
  "drift fails its job, with a report on the page of the run",
  async () => {
    const seen = { ...SET_UP, "Compare with everything that is there": 0, "Show it on the page of the run": 0 };
    expect(codes(play("drift", "drift").steps)).toEqual(seen);
    await labExec(lab.directory, "agent1", "chmod 0644 /etc/mig/mig-agent.cfg");
    const { steps, summary } = play("drift", "drift");
    expect(codes(steps)).toEqual({ ...seen, "Compare with everything that is there": 7 });
    expect(summary).toContain("/etc/mig/mig-agent.cfg");
  },
  LIMIT,
);

it(
  "the state is judged by the policies of the stack's level",
  () => {
    const { steps, summary } = play("policies", "review");
    expect(codes(steps)).toEqual({ ...SET_UP, "Judge the state": 0, "Show it on the page of the run": 0 });
    expect(summary).toContain("|");
  },
  LIMIT,
);
