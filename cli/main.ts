import { CommanderError } from "commander";

import { messageOf } from "../engine/errors";
import { CliError, EXIT, exitCodeOf } from "./errors";
import type { ExitCode } from "./errors";
import { createProgram } from "./program";
import { Redactor } from "./redact";
import { spellBooleans } from "./spelling";

/** Runs one command line and ends the process: a program may have left timers and connections open. */
export function run(argv: readonly string[]): void {
  // A reader that went away (`| head`) must not end an update in the middle.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  // Should anything else end this process (nothing is left that could wake it up), it has not done what it was asked for.
  process.exitCode = EXIT.failure;
  void main(argv).then((code) => process.stdout.write("", () => process.exit(code)));
}

/** Runs one command line; resolves to its exit code. */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  try {
    const program = await createProgram(argv);
    await program.parseAsync(spellBooleans(program, argv), { from: "user" });
    return EXIT.ok;
  } catch (error) {
    // Commander has said what is wrong; its code 0 is that of --help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.configuration;
    report(error, argv.includes("--debug") || argv.includes("-d"));
    return exitCodeOf(error);
  }
}

function report(error: unknown, debug: boolean): void {
  if (error instanceof CliError && error.quiet) return;
  const text = debug && error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
  process.stderr.write(`error: ${Redactor.ofEnvironment(process.env).text(text)}\n`);
}
