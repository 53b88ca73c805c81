"use strict";
// Lets Node load TypeScript from source, transpiled by swc and not type-checked (`npm run typecheck` does that). What was
// transpiled once is kept, by its content, beside the packages: a start then reads files and transpiles nothing.
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const path = require("node:path");
const options = require("../../swc.config.js");

const CACHE = path.join(__dirname, "../../node_modules/.cache/groundwork");
const VERSION = require("@swc/core/package.json").version;
const maps = new Map();

require.extensions[".ts"] = (module, filename) => {
  const { code, map } = transpiled(filename, readFileSync(filename, "utf8"));
  maps.set(filename, map);
  module._compile(code, filename);
};

// Stacks and Pulumi's source positions name lines of the TypeScript.
require("source-map-support").install({
  handleUncaughtExceptions: false,
  environment: "node",
  retrieveSourceMap: (url) => (maps.has(url) ? { url, map: maps.get(url) } : null),
});

function transpiled(filename, source) {
  const key = createHash("sha256").update(`1\0${VERSION}\0${filename}\0${source}`).digest("hex");
  const file = path.join(CACHE, `${key}.json`);
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    const { transformSync } = require("@swc/core");
    const { code: written, map } = transformSync(source, { ...options, filename, swcrc: false, sourceMaps: true });
    // Pulumi's SDK, which serializes dynamic providers, knows `import * as x` by the prototype that TypeScript gives it.
    const code = written.replace(/(var newObj = \{\s*)__proto__: null(\s*\};)/, "$1$2");
    keep(file, JSON.stringify({ code, map }));
    return { code, map };
  }
}

/** A cache that cannot be written (a read-only checkout) costs time, and nothing else. */
function keep(file, text) {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(`${file}.${process.pid}`, text);
    renameSync(`${file}.${process.pid}`, file);
  } catch {
    return;
  }
}
