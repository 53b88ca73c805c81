/** @jest-environment ./tests/engine/support/real-process-environment.js */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { scenarios } from "./fuzz/scenario";
import { printRun } from "./fuzz/trace";
import { play } from "./fuzz/play";
import { journalIn, openMemory } from "./fuzz/run";
import type { OpenRecorder } from "./fuzz/run";

/**
 * GROUNDWORK_FUZZ_RUNS: how many scenarios (here few; many now and then by hand). A failure names its seed and path, by
 * which GROUNDWORK_FUZZ_SEED and GROUNDWORK_FUZZ_PATH play that one scenario again and print what it does.
 */
const { GROUNDWORK_FUZZ_RUNS = "100", GROUNDWORK_FUZZ_SEED = "1", GROUNDWORK_FUZZ_PATH } = process.env;
const RUNS = Number(GROUNDWORK_FUZZ_RUNS);

const folder = mkdtempSync(join(tmpdir(), "groundwork-fuzz-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PROPERTY = "whatever fails or dies in any program, the state is valid and the next run converges";
const LIMIT = 60_000 + 1_000 * RUNS;

function property(open: OpenRecorder): () => Promise<void> {
  return async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, (scenario) =>
        play(scenario, open, GROUNDWORK_FUZZ_PATH === undefined ? undefined : printRun),
      ),
      {
        numRuns: RUNS,
        seed: Number(GROUNDWORK_FUZZ_SEED),
        ...(GROUNDWORK_FUZZ_PATH !== undefined && { path: GROUNDWORK_FUZZ_PATH, endOnFailure: true }),
      },
    );
  };
}

test(`${PROPERTY} (in memory)`, property(openMemory), LIMIT);

test(`${PROPERTY} (in the journal)`, property(journalIn(folder)), LIMIT);
