#!/usr/bin/env node
"use strict";
require("./register.js");
require("../main.ts").run(process.argv.slice(2));
