"use strict";
// Loaded into the process of a policy pack before the SDK, which would check the types of every file first, far longer
// than an operation takes: TypeScript is transpiled as everywhere here, and no other loader comes in its place.
require("../../cli/bin/register");
const load = require.extensions[".ts"];
Object.defineProperty(require.extensions, ".ts", {
  get: () => load,
  set() {},
  enumerable: true,
  configurable: true,
});
