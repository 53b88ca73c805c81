"use strict";
const { ensureDependencies } = require("./dependencies");
const { runMain } = require("./failure");
const { ensureServers } = require("./servers");

/** Brings npm packages and servers to what this project, or its tests, need; does nothing when they are there. */
function setUp(needs) {
  ensureDependencies();
  ensureServers(needs);
}

module.exports = { setUp };

if (require.main === module) {
  void runMain(() => {
    setUp();
    return 0;
  });
}
