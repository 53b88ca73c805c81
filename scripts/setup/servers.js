"use strict";
const path = require("node:path");
const { SetupError } = require("./failure");
const { rootPrefix } = require("./privileges");
const { isInstalled, missingPrograms } = require("./programs");
const { run } = require("./run");

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
  const script = path.join(__dirname, "install-packages.sh");
  const [command, ...args] = [...prefix, "sh", script, ...packages];
  const code = run(command, args, { stdio: ["ignore", "inherit", "inherit"] });
  if (code !== 0) throw new SetupError(`Installing ${packages.join(", ")} failed with exit code ${code}: see above.`);
  const stillMissing = missingPrograms(needs).map(({ program }) => program);
  if (stillMissing.length > 0) throw new SetupError(`Not found after the installation: ${stillMissing.join(", ")}.`);
}

function unique(values) {
  return [...new Set(values)];
}

module.exports = { ensureServers };
