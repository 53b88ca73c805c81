"use strict";
// Lets Node load TypeScript from source, transpiled by swc and not type-checked (`npm run typecheck` does that).
const { readFileSync, statSync } = require("node:fs");
const Module = require("node:module");
const { transpiled, transpiledModule } = require("./transpile.js");
const { candidates } = require("./typescript-paths.js");

const maps = new Map();

require.extensions[".ts"] = (module, filename) => {
  const { code, map } = transpiled(filename, readFileSync(filename, "utf8"));
  maps.set(filename, map);
  module._compile(code, filename);
};

const resolveFilename = Module._resolveFilename;
Module._resolveFilename = function (request, parent, ...rest) {
  try {
    return resolveFilename.call(this, request, parent, ...rest);
  } catch (error) {
    const importer = parent?.filename ?? "";
    if (error.code !== "MODULE_NOT_FOUND" || !/\.[cm]?ts$/.test(importer) || isPackage(importer)) throw error;
    for (const path of candidates(request, importer)) {
      if (statSync(path, { throwIfNoEntry: false })?.isFile()) return path;
    }
    throw error;
  }
};

function isPackage(path) {
  return /[\\/]node_modules[\\/]/.test(path);
}

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
