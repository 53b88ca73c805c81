"use strict";
// Lets a plugin that Pulumi's CLI started load TypeScript from source. `run-plugin` has installed a loader that checks
// the types of every file first, which takes longer than an operation: it goes, and ours comes in its place.
delete require.extensions[".ts"];
require("../../cli/bin/register");
