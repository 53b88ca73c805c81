"use strict";
const { existsSync, mkdtempSync, readFileSync, rmSync } = require("node:fs");
const { tmpdir } = require("node:os");
const path = require("node:path");
const { setUp } = require("./setup");
const { closingLine } = require("./setup/closing-line");
const { runMain } = require("./setup/failure");
const { runAsRoot } = require("./setup/privileges");
const { ROOT, run } = require("./setup/run");

/** `npm test [-- <jest's arguments>]`: sets up what the tests need, runs them, and ends with a line that counts them. */
function main() {
  setUp({ tests: true });
  return runAsRoot("test") ?? runJest(process.argv.slice(2));
}

function runJest(args) {
  const folder = mkdtempSync(path.join(tmpdir(), "groundwork-jest-"));
  const report = path.join(folder, "report.json");
  try {
    const jest = path.join(ROOT, "node_modules/.bin/jest");
    const code = run(jest, [...args, "--json", `--outputFile=${report}`], { cwd: ROOT });
    // Without a report jest has not run, and has said why.
    if (existsSync(report)) console.log(closingLine(JSON.parse(readFileSync(report, "utf8"))));
    return code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void runMain(main);
