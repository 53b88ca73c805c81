"use strict";
const { existsSync, readFileSync } = require("node:fs");
const path = require("node:path");
const { ROOT, run } = require("./run");
const { SetupError } = require("./failure");

/**
 * Brings node_modules to what the lock file says, unless it is there already. npm notes what it has installed in a
 * lock file of its own inside node_modules, in the same format.
 */
function ensureDependencies() {
  const wanted = readPackages("package-lock.json");
  if (wanted === undefined) throw new SetupError("package-lock.json is missing: restore it from the repository.");
  const present = readPackages("node_modules/.package-lock.json");
  if (present !== undefined && isUpToDate(wanted, present)) return;
  console.log(present === undefined ? "Installing npm packages …" : "Bringing npm packages up to date …");
  // Its warnings are about what packages say of themselves, and nothing that anybody here can act on.
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  const code = run("npm", ["ci", "--include=dev", ...quiet], { cwd: ROOT });
  if (code !== 0) throw new SetupError(`npm ci failed with exit code ${code}: see above, then run this again.`);
}

function isUpToDate(wanted, present) {
  return Object.entries(wanted)
    .filter(([location]) => location.startsWith("node_modules/"))
    .every(([location, entry]) => {
      const installed = present[location];
      // Packages for other platforms are in the lock file only.
      if (installed === undefined) return entry.optional === true;
      if (entry.link === true) return installed.link === true && existsSync(path.join(ROOT, location));
      return installed.version === entry.version && installed.integrity === entry.integrity;
    });
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(path.join(ROOT, file), "utf8")).packages;
  } catch {
    return undefined;
  }
}

module.exports = { ensureDependencies, isUpToDate };
