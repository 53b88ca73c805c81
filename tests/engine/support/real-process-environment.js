"use strict";
const { TestEnvironment } = require("jest-environment-node");

/**
 * Gives tests the real `process`: jest's copy of it does not receive `unhandledRejection`, which the engine handles
 * while a program runs, and jest itself would take a program's rejections for those of the test.
 */
module.exports = class RealProcessEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    this.global.process = process;
  }
};
