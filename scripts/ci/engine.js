"use strict";
const { accessSync, constants, statSync } = require("node:fs");
const path = require("node:path");
const { fileURLToPath } = require("node:url");
const { SetupError, runMain } = require("../setup/failure");
const { ROOT } = require("../setup/run");

/**
 * Each engine by name: the command that takes Pulumi's words, and what is wrong with where the state is. The state has
 * to outlive the job: a runner deletes its checkout.
 */
const ENGINES = {
  groundwork: { command: "npx groundwork", problem: folderProblem },
  pulumi: { command: "pulumi", problem: sharedBackendProblem },
};

/** The command that takes Pulumi's words, once the state is known to have a home. */
function engineCommand(name, env) {
  const engine = Object.hasOwn(ENGINES, name) ? ENGINES[name] : undefined;
  if (engine === undefined) {
    throw new SetupError(`The engine ${name} is not known: there are ${Object.keys(ENGINES).join(" and ")}.`);
  }
  const problem = engine.problem(env.PULUMI_BACKEND_URL ?? "");
  if (problem !== undefined) throw new SetupError(`PULUMI_BACKEND_URL ${problem}`);
  if (!env.PULUMI_CONFIG_PASSPHRASE && !env.PULUMI_CONFIG_PASSPHRASE_FILE) {
    throw new SetupError(
      "PULUMI_CONFIG_PASSPHRASE is not set: make it a secret of the environment that this job runs in.",
    );
  }
  return engine.command;
}

function folderProblem(url) {
  const wanted = "Set it to a folder of this runner that stays from job to job: file:///var/lib/groundwork/state.";
  if (url === "") return `is not set: the state would be lost with the job. ${wanted}`;
  if (!/^file:\/\/\/[^/]/.test(url)) return `is ${url}, which the embedded engine cannot use. ${wanted}`;
  const folder = fileURLToPath(url);
  if (isWithin(ROOT, folder)) return `is ${url}, in the checkout, which is deleted with the job. ${wanted}`;
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    return `is ${url}, and there is no such folder. Make it once, for the runner's user alone: mkdir -m 0700 ${folder}`;
  }
  try {
    accessSync(folder, constants.W_OK);
    return undefined;
  } catch {
    return `is ${url}, and this user may not write there: give it to the runner's user.`;
  }
}

function sharedBackendProblem(url) {
  const wanted = "Set it to a backend that all runners share, as s3://bucket, or https://api.pulumi.com.";
  if (url === "") return `is not set. ${wanted}`;
  return url.startsWith("file:") ? `is ${url}, on this runner alone, which is gone with the job. ${wanted}` : undefined;
}

function isWithin(parent, child) {
  const relative = path.relative(parent, child);
  return !relative.startsWith("..") && !path.isAbsolute(relative);
}

module.exports = { engineCommand };

if (require.main === module) {
  void runMain(() => {
    console.log(engineCommand(process.argv[2] ?? "", process.env));
    return 0;
  });
}
