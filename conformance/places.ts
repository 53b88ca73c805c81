import { join, resolve } from "node:path";

export const ROOT = resolve(__dirname, "..");
/** Ignored by git: the built engine, executables, the stacks under test. */
export const WORKSHOP = join(ROOT, ".groundwork/conformance");
