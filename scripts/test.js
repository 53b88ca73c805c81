"use strict";
const { mkdtempSync, readFileSync, rmSync } = require("node:fs");
const { tmpdir } = require("node:os");
const path = require("node:path");
const { setUp } = require("./setup");
const { runMain } = require("./setup/failure");
const { runAsRoot } = require("./setup/privileges");
const { ROOT, run } = require("./setup/run");

/** `npm test [-- <jest's arguments>]`: sets up what the tests need, runs them, and ends with a line that counts them. */
function main() {
  setUp();
  return runAsRoot("test") ?? runJest(process.argv.slice(2));
}

function runJest(args) {
  const folder = mkdtempSync(path.join(tmpdir(), "groundwork-jest-"));
  const report = path.join(folder, "report.json");
  try {
    const jest = path.join(ROOT, "node_modules/.bin/jest");
    const code = run(jest, [...args, "--json", `--outputFile=${report}`], { cwd: ROOT });
    const line = closingLine(report);
    if (line !== undefined) console.log(line);
    return code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `N passed, N failed[, N skipped]`. A test file that could not be run counts as one failed. */
function closingLine(report) {
  let result;
  try {
    result = JSON.parse(readFileSync(report, "utf8"));
  } catch {
    return undefined;
  }
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  const skipped = result.numPendingTests + result.numTodoTests;
  const counts = [`${result.numPassedTests} passed`, `${failed} failed`];
  return [...counts, ...(skipped > 0 ? [`${skipped} skipped`] : [])].join(", ");
}

void runMain(main);
