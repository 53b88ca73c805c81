"use strict";

/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/tests"],
  testPathIgnorePatterns: ["/node_modules/", "/fixtures/"],
  transform: { "^.+\\.ts$": ["@swc/jest", require("./swc.config.js")] },
  maxWorkers: 2,
  testTimeout: 60_000,
};
