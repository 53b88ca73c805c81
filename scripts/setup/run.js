"use strict";
const { spawnSync } = require("node:child_process");
const path = require("node:path");

const ROOT = path.resolve(__dirname, "../..");
const SIGNALLED = 128;

/** Runs a command on this terminal and gives its exit code. */
function run(command, args, options = {}) {
  const result = spawnSync(command, args, { stdio: "inherit", ...options });
  if (result.error !== undefined) throw new Error(`${command} cannot be run: ${result.error.message}`);
  return result.status ?? SIGNALLED;
}

/** Runs a command and gives its standard output, or `undefined` when it fails. */
function capture(command, args, options = {}) {
  const result = spawnSync(command, args, { stdio: ["ignore", "pipe", "ignore"], encoding: "utf8", ...options });
  return result.status === 0 ? result.stdout : undefined;
}

module.exports = { ROOT, capture, run };
