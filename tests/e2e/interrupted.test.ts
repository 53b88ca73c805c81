import { firstStep, killUntilDone, openSteps } from "./interrupted/rounds";
import { laxFiles, takeShape } from "./interrupted/shape";
import { type CliResult, Environment } from "./support/environment";

const MINUTES = 60_000;
const UP = ["up", "--yes", "--skip-preview"];
const DESTROY = ["destroy", "--yes", "--skip-preview"];

let environment: Environment;
let before: unknown;
let afterKilledUp: unknown;

beforeAll(async () => {
  environment = await Environment.start("interrupted");
  before = await takeShape(environment);
}, 3 * MINUTES);

afterAll(async () => environment.stop(), MINUTES);

async function expectNothingLax(): Promise<void> {
  expect(await laxFiles(environment)).toEqual([]);
}

/** Nothing is left to do, nothing is open, and the state is one that every command reads. */
async function expectClean(): Promise<void> {
  const look = await environment.operate("preview", "--refresh", "--diff", "--expect-no-changes");
  expect(look).toMatchObject({ code: 0, stderr: "" });
  expect(await pendingOperations()).toEqual([]);
}

async function pendingOperations(): Promise<readonly unknown[]> {
  const { deployment } = await environment.exportState();
  return deployment.pending_operations ?? [];
}

function endedBy(result: CliResult, code: number): void {
  if (result.code !== code) throw new Error(`ended with ${result.code}:\n${result.stdout}${result.stderr}`);
}

test(
  "an up that is killed again and again goes on each time from where it was, and completes",
  async () => {
    const { rounds, last } = await killUntilDone(environment, UP, 30, expectNothingLax);
    endedBy(last, 0);
    expect(rounds).toBeGreaterThan(2);
    expect(last.stderr).toMatch(/removed the lock of .* which is no longer running/);
    await expectClean();
    afterKilledUp = await takeShape(environment);
  },
  5 * MINUTES,
);

test(
  "an up --refresh that is killed while it repairs completes the next time",
  async () => {
    await environment.host("relay1").run("rabbitmqctl --quiet clear_permissions -p mig agent");
    await environment.host("relay1").run("rabbitmqctl --quiet delete_user worker");
    await environment.host("agent1").run("chmod 0644 /etc/mig/mig-agent.cfg; rm /etc/mig/agent/cacert.pem");
    const { last } = await killUntilDone(environment, [...UP, "--refresh"], 4, async () => undefined);
    endedBy(last, 0);
    await expectClean();
    expect(await takeShape(environment)).toEqual(afterKilledUp);
  },
  2 * MINUTES,
);

test(
  "a destroy that is killed again and again leaves what was there before",
  async () => {
    const { rounds, last } = await killUntilDone(environment, DESTROY, 36, expectNothingLax);
    endedBy(last, 0);
    expect(rounds).toBeGreaterThan(1);
    expect((await environment.exportState()).deployment.resources ?? []).toEqual([]);
    expect(await pendingOperations()).toEqual([]);
    expect(await takeShape(environment)).toEqual(before);
  },
  3 * MINUTES,
);

test(
  "an up that nobody kills makes the same; a second one meanwhile says whose lock it is, and touches nothing",
  async () => {
    const first = firstStep(environment, UP);
    expect(await first.seen).toBeDefined();
    const second = await environment.operate(...UP);
    expect(second).toMatchObject({ code: 1, stdout: "" });
    expect(second.stderr).toMatch(
      new RegExp(
        `^error: stack \\S+/e2e is locked by \\S+@\\S+ \\(pid ${first.process.pid}, since .*wait for it to end`,
      ),
    );
    endedBy(await first.result, 0);
    await expectClean();
    expect(await takeShape(environment)).toEqual(afterKilledUp);
  },
  2 * MINUTES,
);

test(
  "one Ctrl-C lets running steps complete, saves them and ends with 8",
  async () => {
    const destroying = firstStep(environment, DESTROY);
    await destroying.seen;
    destroying.process.kill("SIGINT");
    const result = await destroying.result;
    endedBy(result, 8);
    expect(result.stderr).toMatch(/no new step is begun, running ones complete and are saved/);
    expect(result.stderr).toMatch(/error: destroy cancelled; what was done is saved, run it again to go on/);
    expect(openSteps(result)).toEqual([]);
    expect(await pendingOperations()).toEqual([]);
    expect((await environment.exportState()).deployment.resources.length).toBeGreaterThan(0);
  },
  2 * MINUTES,
);

test(
  "two Ctrl-C end a run at once, and the next one goes on",
  async () => {
    const destroying = firstStep(environment, DESTROY);
    await destroying.seen;
    destroying.process.stderr?.once("data", () => destroying.process.kill("SIGINT"));
    destroying.process.kill("SIGINT");
    const result = await destroying.result;
    endedBy(result, 8);
    expect(result.stderr).toMatch(/stopped: .* the next run finds out and goes on from there/);
    const next = await environment.operate(...DESTROY);
    endedBy(next, 0);
    expect(next.stderr).toMatch(/removed the lock of .* which is no longer running/);
    expect(await takeShape(environment)).toEqual(before);
  },
  2 * MINUTES,
);
