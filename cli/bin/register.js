"use strict";
// Lets Node load TypeScript from source, transpiled by swc and not type-checked (`npm run typecheck` does that).
const { readFileSync } = require("node:fs");
const { transpiled, transpiledModule } = require("./transpile.js");

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
  retrieveSourceMap: (url) => {
    const map = maps.get(url) ?? mapOfModule(url);
    return map === undefined ? null : { url, map };
  },
});

/** ES modules are transpiled by another thread (`es-modules.mjs`), which keeps what it made where we find it. */
function mapOfModule(url) {
  if (!/^file:.*\.m?ts(\?|$)/.test(url)) return undefined;
  const filename = require("node:url").fileURLToPath(url);
  return transpiledModule(filename, readFileSync(filename, "utf8")).map;
}
