import { UnsupportedError } from "../engine/errors";
import { ProjectError } from "../engine/project/errors";
import { PassphraseError, StackNotFoundError } from "../engine/state/errors";

/** Exit codes, the same as Pulumi's own CLI has; they are documented in `docs/reference/cli.md`. */
export const EXIT = {
  ok: 0,
  failure: 1,
  configuration: 2,
  authentication: 3,
  stackNotFound: 6,
  changesFound: 7,
  cancelled: 8,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Every error that the command line itself makes; the key is the stable code, `GW-…` in `--debug` output. */
const CATALOGUE = {
  "update-failed": EXIT.failure,
  "could-not-tell": EXIT.failure,
  "no-such-output": EXIT.failure,
  "no-such-key": EXIT.failure,
  usage: EXIT.configuration,
  "needs-yes": EXIT.configuration,
  "no-stack-selected": EXIT.configuration,
  "not-supported": EXIT.configuration,
  "changes-found": EXIT.changesFound,
  cancelled: EXIT.cancelled,
} as const satisfies Readonly<Record<string, ExitCode>>;

export type CliErrorCode = keyof typeof CATALOGUE;

/** One sentence that names the subject and the next action. `quiet`: the display has said it already. */
export class CliError extends Error {
  constructor(
    readonly code: CliErrorCode,
    message: string,
    readonly quiet = false,
  ) {
    super(message);
    this.name = "CliError";
  }

  get exitCode(): ExitCode {
    return CATALOGUE[this.code];
  }
}

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CliError) return error.exitCode;
  if (error instanceof StackNotFoundError) return EXIT.stackNotFound;
  if (error instanceof PassphraseError) return EXIT.authentication;
  if (error instanceof ProjectError || error instanceof UnsupportedError) return EXIT.configuration;
  return EXIT.failure;
}
