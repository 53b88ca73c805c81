import type { CliResult, Environment } from "../support/environment";

/** A line that tells of a step: ` +  rabbitmq:index:User mig-relay-user-agent creating (0s)`. */
const STEP = /^ [+~-]/;
const MOST_ROUNDS = 40;
/** So that a run does not always die between the same two things: milliseconds. */
const JITTER = [0, 40, 5, 25, 60, 15];

export interface Killed {
  /** How often it was killed. */
  readonly rounds: number;
  /** The run that nobody killed. */
  readonly last: CliResult;
}

/**
 * Runs an operation again and again, each time killed after a number of step lines more or less, until a run has so
 * little left to do that it ends by itself.
 */
export async function killUntilDone(
  environment: Environment,
  args: readonly string[],
  steps: number,
  afterEach: () => Promise<void>,
): Promise<Killed> {
  for (let rounds = 0; rounds < MOST_ROUNDS; rounds++) {
    const jitter = JITTER[rounds % JITTER.length] ?? 0;
    const last = await killAfter(environment, args, steps + (rounds % 5), jitter);
    if (last.code !== null) return { rounds, last };
    await afterEach();
  }
  throw new Error(`${args.join(" ")} was killed ${MOST_ROUNDS} times and is not done: it does not go on.`);
}

/** Kills with SIGKILL, a number of milliseconds after a step line; the exit code is null when that was in time. */
function killAfter(
  environment: Environment,
  args: readonly string[],
  steps: number,
  milliseconds: number,
): Promise<CliResult> {
  let seen = 0;
  const running = environment.begin(args, {
    onLine: (line) => {
      if (!STEP.test(line) || ++seen !== steps) return;
      setTimeout(() => running.process.kill("SIGKILL"), milliseconds);
    },
  });
  return running.result;
}

/** Resolves with the first step line of a running operation, and with nothing when it ends without one. */
export function firstStep(environment: Environment, args: readonly string[]) {
  let resolve: (line: string | undefined) => void = () => undefined;
  const seen = new Promise<string | undefined>((done) => (resolve = done));
  const running = environment.begin(args, { onLine: (line) => STEP.test(line) && resolve(line) });
  void running.result.finally(() => resolve(undefined));
  return { ...running, seen };
}

/** The steps that a run began and did not end, by type and name. */
export function openSteps({ stdout }: CliResult): string[] {
  const open = new Set<string>();
  for (const line of stdout.split("\n").filter((each) => STEP.test(each))) {
    const [, type = "", name = "", verb = ""] = /^ \S+ +(\S+) (\S+) (\S+)/.exec(line) ?? [];
    // A failure is told as `**creating failed**`.
    if (/^\w+ing$/.test(verb)) open.add(`${type} ${name}`);
    else open.delete(`${type} ${name}`);
  }
  return [...open];
}
