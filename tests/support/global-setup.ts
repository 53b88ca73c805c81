import { beginTestRun, endDeadTestRuns } from "./run";

/** Servers are started by the first test file that asks for them, not here. */
async function setUp(): Promise<void> {
  await endDeadTestRuns();
  beginTestRun();
}

export = setUp;
