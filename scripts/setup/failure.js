"use strict";

/** Something that the user has to do first: told in a sentence, with exit code 2. */
class SetupError extends Error {
  constructor(message) {
    super(message);
    this.name = "SetupError";
  }
}

/** Runs a script's main function; its result is the exit code, 1 for an error and 2 for what the user has to do first. */
async function runMain(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(process.env.GROUNDWORK_DEBUG === undefined ? `error: ${error.message}` : error.stack);
    process.exitCode = error instanceof SetupError ? 2 : 1;
  }
}

module.exports = { SetupError, runMain };
