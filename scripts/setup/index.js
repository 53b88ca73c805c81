"use strict";
const { ensureDependencies } = require("./dependencies");
const { runMain } = require("./failure");
const { ensureServers } = require("./servers");

/** Brings npm packages and servers to what this project needs; does nothing when they are there. */
function setUp() {
  ensureDependencies();
  ensureServers();
}

module.exports = { setUp };

if (require.main === module) {
  void runMain(() => {
    setUp();
    return 0;
  });
}
