"use strict";
// In JavaScript, because transpiling `import()` would make a `require` of it.
const { register } = require("node:module");
const { pathToFileURL } = require("node:url");

let runs = 0;

/** Imports an ES module and all modules of its program anew. */
exports.importModule = (file) => {
  if (runs === 0) register(pathToFileURL(require.resolve("../cli/bin/es-modules.mjs")));
  return import(`${pathToFileURL(file).href}?groundwork-run=${++runs}`);
};
