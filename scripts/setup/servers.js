"use strict";
const { closeSync, mkdirSync, openSync, readFileSync } = require("node:fs");
const path = require("node:path");
const { SetupError } = require("./failure");
const { rootPrefix } = require("./privileges");
const { isInstalled, missingPrograms } = require("./programs");
const { ROOT, run } = require("./run");

/** What apt and the packages say, hundreds of lines. */
const LOG = path.join(ROOT, ".groundwork/packages.log");
const LAST_LINES = 15;

/**
 * Installs the servers that are missing, where Debian's apt is there and root can be had; else says what to do.
 * Tests need some more.
 */
function ensureServers(needs) {
  const missing = missingPrograms(needs);
  if (missing.length === 0) return;
  const packages = unique(missing.map((entry) => entry.package));
  if (!isInstalled("apt-get")) {
    const programs = unique(missing.map(({ program }) => program)).join(", ");
    throw new SetupError(`Not found on PATH: ${programs}. There is no apt here: install them, then run this again.`);
  }
  const prefix = rootPrefix();
  if (prefix === undefined) {
    const line = `apt-get update && sudo apt-get install -y --no-install-recommends ${packages.join(" ")}`;
    throw new SetupError(
      `Debian packages are missing, and this is neither root nor password-free sudo. Run:\n  sudo ${line}`,
    );
  }
  console.log(`Installing Debian packages, without starting their services: ${packages.join(", ")} …`);
  console.log(`  a minute or two; apt's output goes to ${path.relative(ROOT, LOG)}`);
  const script = path.join(__dirname, "install-packages.sh");
  const [command, ...args] = [...prefix, "sh", script, ...packages];
  const code = runLogged(command, args);
  if (code !== 0) {
    const end = readFileSync(LOG, "utf8").trimEnd().split("\n").slice(-LAST_LINES).join("\n");
    throw new SetupError(`Installing ${packages.join(", ")} failed with exit code ${code}. The end of ${LOG}:\n${end}`);
  }
  const stillMissing = missingPrograms(needs).map(({ program }) => program);
  if (stillMissing.length > 0) throw new SetupError(`Not found after the installation: ${stillMissing.join(", ")}.`);
}

function runLogged(command, args) {
  mkdirSync(path.dirname(LOG), { recursive: true, mode: 0o700 });
  const log = openSync(LOG, "w", 0o600);
  try {
    return run(command, args, { stdio: ["ignore", log, log] });
  } finally {
    closeSync(log);
  }
}

function unique(values) {
  return [...new Set(values)];
}

module.exports = { ensureServers };
