"use strict";
// Where TypeScript looks for a module that Node.js does not find: under another ending, and where `paths` of the nearest
// tsconfig.json leads. Source: TypeScript's documentation of module resolution.
const path = require("node:path");

/**
 * Paths of what a specifier may mean, the likeliest first, with endings and without.
 *
 * @param {string} specifier as the import has it: `./net.js`, `./net`, `@lib/net`
 * @param {string} importer the file that imports it, absolute
 * @returns {string[]} absolute
 */
exports.candidates = (specifier, importer) => {
  const isRelative = /^\.{0,2}\//.test(specifier);
  const bases = isRelative ? [path.resolve(path.dirname(importer), specifier)] : mapped(specifier, importer);
  return bases.flatMap((base) => {
    const bare = base.replace(/\.(m?)js$/, "");
    return [...[".ts", ".mts", ".js"].map((ending) => bare + ending), base, `${base}/index.ts`, `${base}/index.js`];
  });
};

const matchers = new Map();

function mapped(specifier, importer) {
  const folder = path.dirname(importer);
  if (!matchers.has(folder)) {
    const { createPathsMatcher, getTsconfig } = require("get-tsconfig");
    const found = getTsconfig(folder);
    matchers.set(folder, found === null ? null : createPathsMatcher(found));
  }
  return matchers.get(folder)?.(specifier) ?? [];
}
