"use strict";
// TypeScript to JavaScript, for `require` and for ES modules. What was transpiled once is kept, by its content, beside the
// packages: a start then reads files and transpiles nothing.
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const path = require("node:path");
const options = require("../../swc.config.js");

const CACHE = path.join(__dirname, "../../node_modules/.cache/groundwork");
const VERSION = require("@swc/core/package.json").version;

exports.transpiled = (filename, source) => cached("1", filename, source, options, asTypeScriptNamespaces);

/** As an ES module. */
exports.transpiledModule = (filename, source) =>
  cached("esm 1", filename, source, { ...options, module: { type: "es6" } }, (code) => code);

/** Pulumi's SDK, which serializes dynamic providers, knows `import * as x` by the prototype that TypeScript gives it. */
function asTypeScriptNamespaces(code) {
  return code.replace(/(var newObj = \{\s*)__proto__: null(\s*\};)/, "$1$2");
}

function cached(kind, filename, source, swcOptions, finish) {
  const key = createHash("sha256").update(`${kind}\0${VERSION}\0${filename}\0${source}`).digest("hex");
  const file = path.join(CACHE, `${key}.json`);
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    const { transformSync } = require("@swc/core");
    const { code: written, map } = transformSync(source, { ...swcOptions, filename, swcrc: false, sourceMaps: true });
    const made = { code: finish(written), map };
    keep(file, JSON.stringify(made));
    return made;
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
