"use strict";
// Lets Node load TypeScript from source, transpiled by swc and not type-checked (`npm run typecheck` does that).
require("@swc-node/register");
