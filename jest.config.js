"use strict";

/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/tests"],
  testPathIgnorePatterns: ["/node_modules/", "/fixtures/"],
  transform: { "^.+\\.ts$": ["@swc/jest", require("./swc.config.js")] },
  globalSetup: "<rootDir>/tests/support/global-setup.ts",
  globalTeardown: "<rootDir>/tests/support/global-teardown.ts",
  // Tests wait for servers half of their time: one more than the processors that CI has.
  maxWorkers: 3,
  testTimeout: 60_000,
};
