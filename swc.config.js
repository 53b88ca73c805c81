"use strict";

/** How TypeScript is transpiled at run time and in tests: types are checked apart (`npm run typecheck`). */
module.exports = {
  jsc: {
    parser: { syntax: "typescript", decorators: true },
    target: "es2022",
    keepClassNames: true,
  },
  module: { type: "commonjs", importInterop: "swc" },
  sourceMaps: "inline",
};
