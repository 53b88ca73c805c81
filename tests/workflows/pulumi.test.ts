import { symlinkSync } from "node:fs";
import * as path from "node:path";

import { makeExecutables } from "../../conformance/engines";
import { pulumiThatIsThere } from "../../conformance/find-pulumi";
import { Runner, STACK, codes } from "./runner";

const LIMIT = 900_000;
const PULUMI = pulumiThatIsThere();
const withPulumi = PULUMI === undefined ? it.skip : it;
const REASON = PULUMI === undefined ? " (no Pulumi CLI is there: put one on PATH, or run `npm run conformance`)" : "";
/** Served by the built-in providers where the official plugins, of the same tokens, would be downloaded. */
const PLUGINS = ["tls", "random", "rabbitmq", "postgresql"];
const DATABASE = "pulumi_state";

const given = { inputs: { engine: "pulumi", stack: STACK } };
const SET_UP = { "Install npm packages": 0, "Choose the engine": 0 };

let runner: Runner;

beforeAll(async () => {
  if (PULUMI === undefined) return;
  runner = await Runner.start("pulumi-workflows");
  const bin = path.join(runner.home, "bin");
  makeExecutables(PLUGINS, bin);
  symlinkSync(PULUMI, path.join(bin, "pulumi"));
  // A backend that all runners share: state in the lab's PostgreSQL.
  const { host, port, username, password } = runner.facts.database;
  const server = `postgres://${username}:${encodeURIComponent(password)}@${host}:${port}`;
  expect(runner.byHand("psql", `${server}/postgres`, "-c", `CREATE DATABASE ${DATABASE}`)).toMatchObject({ status: 0 });
  runner.variables = { PULUMI_BACKEND_URL: `${server}/${DATABASE}?sslmode=disable` };
  runner.set({
    PULUMI_HOME: path.join(runner.home, ".pulumi"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  });
  expect(runner.byHand("pulumi", "stack", "init", STACK, "--non-interactive")).toMatchObject({ status: 0 });
}, LIMIT);

afterAll(() => runner?.stop());

withPulumi(
  `by Pulumi's own engine a change is previewed, planned, done and then done with${REASON}`,
  () => {
    expect(codes(runner.play("preview", "preview", given).steps)).toEqual({
      ...SET_UP,
      ...{ Preview: 0, "Write it down for the comment": 0 },
    });
    expect(codes(runner.play("deploy-stack", "plan", given).steps)).toEqual({ ...SET_UP, Plan: 0 });
    expect(codes(runner.play("deploy-stack", "up", given).steps)).toEqual({
      ...SET_UP,
      ...{ "Do what was planned": 0, "See that nothing is left to do": 0 },
    });
  },
  LIMIT,
);

withPulumi(
  `by Pulumi's own engine drift of what is declared fails its job${REASON}`,
  async () => {
    const step = "Compare with what Pulumi's engine can read";
    expect(codes(runner.play("drift", "drift", given).steps)).toEqual({ ...SET_UP, [step]: 0 });
    await runner.onHost("agent1", "chmod 0644 /etc/mig/mig-agent.cfg");
    const { steps } = runner.play("drift", "drift", given);
    const drift = steps.find(({ name }) => name === step);
    expect(drift?.code).not.toBe(0);
    expect(drift?.stdout).toContain("mode");
  },
  LIMIT,
);
