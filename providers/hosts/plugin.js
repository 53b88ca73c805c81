"use strict";
// Where Pulumi's CLI enters. Programs get `index.ts` instead, by the package's `exports`.
require("../base/transpile");
require("./provider/serve");
