import { readFileSync } from "node:fs";
import * as path from "node:path";

import { Runner, STACK, codes } from "./runner";

const LIMIT = 900_000;

let runner: Runner;

beforeAll(async () => {
  runner = await Runner.start("workflows");
}, LIMIT);

afterAll(() => runner?.stop());

const SET_UP = { "Install npm packages": 0, "Choose the engine": 0 };

it(
  "a job whose state has no home ends before it does anything, and says what to set",
  () => {
    const { steps } = runner.play("preview", "preview", { vars: {} });
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
    expect(runner.byHand("npx", "groundwork", "stack", "init", STACK)).toMatchObject({ status: 0 });
    const { steps } = runner.play("preview", "preview");
    expect(codes(steps)).toEqual({ ...SET_UP, Preview: 0, "Write it down for the comment": 0 });

    const pull = { html_url: "https://github.com/example/ground/pull/7" };
    const { steps: comment } = runner.play("preview", "comment", {
      github: { event_name: "pull_request", token: "t", event: { pull_request: pull } },
    });
    expect(codes(comment)).toEqual({ "Comment on the pull request": 0 });
    expect(readFileSync(path.join(runner.home, "gh-asked"), "utf8")).toContain(`pr comment ${pull.html_url}`);
    const body = readFileSync(path.join(runner.home, "gh-body"), "utf8");
    expect(body).toMatch(/^### Preview of dev\n\n```\nResources:\n {4}\+ \d+ to create\n/);
  },
  LIMIT,
);

it(
  "what was planned is done, and nothing is left to do",
  () => {
    expect(codes(runner.play("deploy-stack", "plan").steps)).toEqual({ ...SET_UP, Plan: 0 });
    expect(codes(runner.play("deploy-stack", "up").steps)).toEqual({
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
    expect(codes(runner.play("drift", "drift").steps)).toEqual(seen);
    await runner.onHost("agent1", "chmod 0644 /etc/mig/mig-agent.cfg");
    const { steps, summary } = runner.play("drift", "drift");
    expect(codes(steps)).toEqual({ ...seen, "Compare with everything that is there": 7 });
    expect(summary).toContain("/etc/mig/mig-agent.cfg");
  },
  LIMIT,
);

it(
  "the state is judged by the policies of the stack's level",
  () => {
    const { steps, summary } = runner.play("policies", "review");
    expect(codes(steps)).toEqual({ ...SET_UP, "Judge the state": 0, "Show it on the page of the run": 0 });
    expect(summary).toContain("|");
  },
  LIMIT,
);
