import { Command, Option } from "commander";

import { COMMANDS, OPERATIONS } from "./commands";
import type { CommandSpec } from "./commands";
import { addOperationFlags } from "./operation-flags";
import { addUnsupportedFlags, refuse, UNSUPPORTED_COMMANDS, UNSUPPORTED_SUBCOMMANDS } from "./unsupported";
import { VERSION } from "./version";

/** Flags that every command takes. */
export interface GlobalFlags {
  readonly cwd?: string;
  readonly stack?: string;
  readonly color: "auto" | "always" | "never";
  readonly nonInteractive?: boolean;
}

export async function createProgram(argv: readonly string[]): Promise<Command> {
  const program = new Command("groundwork")
    .description("Provision environments of clustered agent systems with Pulumi programs, with npm alone")
    .version(`v${VERSION}`, "-V, --version", "print the version")
    .option("-C, --cwd <dir>", "run as if started in this directory")
    .option("-s, --stack <name>", "the stack to work on; otherwise PULUMI_STACK, otherwise the selected one")
    .addOption(new Option("--color <when>", "colorize output").choices(["auto", "always", "never"]).default("auto"))
    .option("--non-interactive", "never ask")
    .showHelpAfterError("(see --help)")
    .exitOverride();

  for (const [name, alias, help] of OPERATIONS) {
    const command = program.command(name).alias(alias).description(help);
    addOperationFlags(command, name);
    addUnsupportedFlags(command);
    command.action(
      async () => void (await (await import("./commands/operate")).operate(name, command.optsWithGlobals())),
    );
  }
  for (const spec of COMMANDS) addCommand(program, spec);
  const printVersion = (): void => void process.stdout.write(`v${VERSION}\n`);
  program.command("version").description("print the version").action(printVersion);
  await addLab(program, argv);
  for (const name of UNSUPPORTED_COMMANDS.split(" ")) refuseCommand(program, name);
  for (const [group, names] of Object.entries(UNSUPPORTED_SUBCOMMANDS)) {
    const command = program.commands.find((each) => each.name() === group);
    for (const name of names.split(" ")) if (command !== undefined) refuseCommand(command, name);
  }
  return program;
}

function refuseCommand(parent: Command, name: string): void {
  const command = parent.command(name, { hidden: true }).allowUnknownOption().allowExcessArguments();
  const words = parent.parent === null ? name : `${parent.name()} ${name}`;
  command.helpOption(false).action(() => refuse(`\`groundwork ${words}\``));
}

function addCommand(program: Command, { usage, help, flags = [], operation, run }: CommandSpec): void {
  const group = program.commands.find((each) => usage.startsWith(`${each.name()} `));
  const command = (group ?? program).command(group === undefined ? usage : usage.slice(group.name().length + 1));
  command.description(help);
  if (operation !== undefined) addOperationFlags(command, operation);
  for (const flag of flags) {
    if (flag instanceof Option) command.addOption(flag);
    else command.option(...flag);
  }
  command.action((...args: unknown[]) => run(command, ...(args.slice(0, -2) as (string | undefined)[])));
}

/** The lab's own command; its module is loaded only for a command line that names it. */
async function addLab(program: Command, argv: readonly string[]): Promise<void> {
  if (argv.includes("lab")) program.addCommand(adopt((await import("./commands/lab")).labCommand(), program));
  else program.command("lab").description("start, stop and look at the dev environment's servers on this machine");
}

/** Lets a command that was made elsewhere report its errors as those made here do. */
function adopt(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent).commands.forEach((each) => adopt(each, command));
  return command;
}
