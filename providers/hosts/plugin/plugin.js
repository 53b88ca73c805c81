"use strict";
require("../../base/transpile");
require("./serve");
