import { CASES } from "./cases";

/** The program of a stack under test: that of the case and turn which the environment names. */
const [name = "", turn = "0"] = (process.env["CONFORMANCE_PROGRAM"] ?? "").split("#");
const found = CASES.find((each) => each.name === name);
if (found === undefined) throw new Error(`there is no case "${name}"`);
const program = found.turns
  .slice(0, Number(turn) + 1)
  .map((each) => each.program)
  .filter((each) => each !== undefined)
  .at(-1);

module.exports = program?.();
