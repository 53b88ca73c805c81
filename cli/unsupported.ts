import type { Command } from "commander";

import { CliError } from "./errors";

/** Commands of Pulumi's own CLI that the embedded engine does not have yet. */
export const UNSUPPORTED_COMMANDS =
  "about ai console convert deployment install login logout logs new org package plugin project " +
  "query schema template watch whoami";

/** Its subcommands of the commands that there are. */
export const UNSUPPORTED_SUBCOMMANDS: Readonly<Record<string, string>> = {
  stack: "graph rename tag unselect webhook",
  config: "cp env refresh rm-all set-all web",
  state: "edit move repair taint untaint upgrade",
  policy: "compliance disable enable group info install issue ls new publish rm validate-config",
};

/** Flags of Pulumi's preview, up, refresh and destroy that the embedded engine does not have yet; `=` takes a value. */
export const UNSUPPORTED_FLAGS =
  "attach-debugger= client= config-path import-file= " +
  "import-pending-creates= remote secrets-provider= " +
  "show-config show-full-output show-reads show-replacement-steps show-secrets skip-pending-creates";

/** Those that ask for nothing but to be spared what is not shown here anyhow: they are taken, and nothing follows. */
const IDLE_FLAGS = "suppress-permalink suppress-progress";

/** Refuses by name what was asked for and is not done; ignoring it would do something else than was asked for. */
export function refuse(what: string): never {
  throw new CliError(
    "not-supported",
    `${what} is not supported yet by the embedded engine; Pulumi's own CLI has it and works on the same stack and state`,
  );
}

/** Adds the flags of Pulumi's that are refused, unseen in `--help`. */
export function addUnsupportedFlags(command: Command): void {
  for (const flag of IDLE_FLAGS.split(" ")) command.addOption(command.createOption(`--${flag}`).hideHelp());
  for (const flag of UNSUPPORTED_FLAGS.split(" ")) {
    const name = flag.replace("=", "");
    const option = command.createOption(`--${name}${flag === name ? "" : " <value>"}`).hideHelp();
    command.addOption(option).on(`option:${name}`, () => refuse(`--${name}`));
  }
}
