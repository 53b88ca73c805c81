"use strict";
const path = require("node:path");
const { ROOT, capture, run } = require("./run");
const { SetupError } = require("./failure");

/** Passed on to a script that runs again as root; everything else of the user's environment is not root's. */
const KEPT_VARIABLES = ["PATH", "CI", "TERM", "NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS", "TMPDIR"];

function isRoot() {
  return process.getuid?.() === 0;
}

function hasPasswordlessSudo() {
  return capture("sudo", ["-n", "true"]) !== undefined;
}

/** What goes before a command to run it as root: nothing, sudo, or `undefined` when there is no way. */
function rootPrefix() {
  if (isRoot()) return [];
  return hasPasswordlessSudo() ? ["sudo", "-n"] : undefined;
}

/**
 * The lab's hosts are namespaces, which only root can make. Runs `npm <word>`'s script again as root when this is not,
 * and gives its exit code then; `undefined` means: go on.
 */
function runAsRoot(word) {
  if (isRoot()) return undefined;
  const prefix = rootPrefix();
  if (prefix === undefined) {
    throw new SetupError(`The lab's hosts are mount namespaces, which need root. Run:\n  sudo npm ${word}`);
  }
  console.log("Going on as root by sudo: the lab's hosts are mount namespaces.");
  const assignments = KEPT_VARIABLES.filter((name) => process.env[name] !== undefined).map(
    (name) => `${name}=${process.env[name]}`,
  );
  const script = path.join(ROOT, "scripts", `${word}.js`);
  const [command, ...args] = [...prefix, "env", ...assignments, process.execPath, script, ...process.argv.slice(2)];
  return run(command, args);
}

module.exports = { rootPrefix, runAsRoot };
