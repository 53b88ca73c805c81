"use strict";

/** Something that the user has to do first: told in a sentence, with exit code 2. */
class SetupError extends Error {
  constructor(message) {
    super(message);
    this.name = "SetupError";
  }
}

/** Runs a script's main function; its result is the exit code. */
async function runMain(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}

module.exports = { SetupError, runMain };
