import type { Command } from "commander";

import { CliError } from "./errors";

/** Commands of Pulumi's own CLI that the embedded engine does not have yet. */
export const UNSUPPORTED_COMMANDS: readonly string[] = [
  "about",
  "ai",
  "console",
  "convert",
  "deployment",
  "env",
  "import",
  "install",
  "login",
  "logout",
  "logs",
  "new",
  "org",
  "package",
  "plugin",
  "policy",
  "project",
  "query",
  "schema",
  "state",
  "template",
  "watch",
  "whoami",
];

/** Flags of Pulumi's preview, up, refresh and destroy that the embedded engine does not have yet. */
export const UNSUPPORTED_FLAGS: readonly string[] = [
  "--attach-debugger [type]",
  "--clear-pending-creates",
  "--client <address>",
  "--config-path",
  "--continue-on-error",
  "--exclude <urn>",
  "--exclude-dependents",
  "--exclude-protected",
  "--import-file <path>",
  "--import-pending-creates <list>",
  "--plan <path>",
  "--policy-pack <path>",
  "--policy-pack-config <path>",
  "--remote",
  "--remove",
  "--replace <urn>",
  "--run-program",
  "--save-plan <path>",
  "--secrets-provider <name>",
  "--show-config",
  "--show-full-output",
  "--show-reads",
  "--show-replacement-steps",
  "--show-secrets",
  "--skip-pending-creates",
  "--suppress-permalink [value]",
  "--suppress-progress",
  "--target-dependents",
  "--target-replace <urn>",
];

/** Refuses by name what was asked for and is not done; ignoring it would do something else than was asked for. */
export function refuseUnsupported(command: Command, name?: string): void {
  const flag = UNSUPPORTED_FLAGS.map((each) => each.split(" ")[0] ?? each).find((each) => {
    const option = command.options.find((known) => known.long === each);
    return option !== undefined && command.getOptionValueSource(option.attributeName()) === "cli";
  });
  const refused = name === undefined ? flag : `\`groundwork ${name}\``;
  if (refused === undefined) return;
  throw new CliError(
    "not-supported",
    `${refused} is not supported yet by the embedded engine; Pulumi's own CLI has it and works on the same stack and state`,
  );
}
