import { Command, Option } from "commander";

import { OPERATIONS, operationFlags } from "./operation-flags";
import { refuseUnsupported, UNSUPPORTED_COMMANDS } from "./unsupported";
import { VERSION } from "./version";

/** Flags that every command takes. */
export interface GlobalFlags {
  readonly cwd?: string;
  readonly stack?: string;
  readonly color: "auto" | "always" | "never";
  readonly nonInteractive?: boolean;
}

/** The command line. What a command needs is loaded when it runs, so that `--help` is quick. */
export async function createProgram(argv: readonly string[]): Promise<Command> {
  const program = new Command("groundwork")
    .description("Provision environments of clustered agent systems with Pulumi programs, with npm alone")
    .version(VERSION, "-V, --version", "print the version")
    .option("-C, --cwd <dir>", "run as if started in this directory")
    .option("-s, --stack <name>", "the stack to work on; otherwise PULUMI_STACK, otherwise the selected one")
    .addOption(new Option("--color <when>", "colorize output").choices(["auto", "always", "never"]).default("auto"))
    .option("--non-interactive", "never ask")
    .showHelpAfterError("(see --help)")
    .exitOverride()
    // A bare name is an unknown command and no reason to print all help.
    .helpCommand(true);

  for (const { name, alias, description } of OPERATIONS) {
    const command = program.command(name).alias(alias).description(description);
    operationFlags(name).forEach((option) => command.addOption(option));
    command.action(async (_flags, self: Command) => {
      refuseUnsupported(self);
      const { operate } = await import("./commands/operate");
      await operate(name, self.optsWithGlobals());
    });
  }
  addStackCommands(program);
  addConfigCommands(program);
  program
    .command("cancel")
    .argument("[name]", "the stack, when it is not the selected one")
    .description("release the lock that a killed update has left on the stack")
    .option("-y, --yes", "do not ask")
    .action(async (name: string | undefined, _flags, self: Command) => {
      const { cancel } = await import("./commands/cancel");
      await cancel({ ...self.optsWithGlobals(), ...(name !== undefined && { stack: name }) });
    });
  program
    .command("version")
    .description("print the version")
    .action(() => void process.stdout.write(`v${VERSION}\n`));
  await addLab(program, argv);
  for (const name of UNSUPPORTED_COMMANDS) {
    program
      .command(name, { hidden: true })
      .allowUnknownOption()
      .allowExcessArguments()
      .helpOption(false)
      .action((_flags, self: Command) => refuseUnsupported(self, name));
  }
  return program;
}

/** The lab's own command; its module is loaded only for a command line that names it. */
async function addLab(program: Command, argv: readonly string[]): Promise<void> {
  if (argv.includes("lab")) {
    const { labCommand } = await import("./commands/lab");
    program.addCommand(adopt(labCommand(), program));
  } else {
    program.command("lab").description("start, stop and look at the servers of the dev environment on this machine");
  }
}

/** Lets a command that was made elsewhere report its errors as those made here do. */
function adopt(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  command.commands.forEach((each) => adopt(each, command));
  return command;
}

function addStackCommands(program: Command): void {
  const stack = program
    .command("stack")
    .description("show the stack and its resources")
    .option("-i, --show-ids", "show each resource's id")
    .option("-u, --show-urns", "show each resource's URN")
    .option("--show-name", "show the stack's name alone")
    .option("--show-secrets", "show secret outputs in clear")
    .action(async (_flags, self: Command) => (await loadStack()).info(self.optsWithGlobals()));
  stack
    .command("ls")
    .description("list the project's stacks")
    .option("-a, --all", "the stacks of all projects in the backend")
    .option("-j, --json", "print JSON")
    .action(async (_flags, self: Command) => (await loadStack()).list(self.optsWithGlobals()));
  stack
    .command("output [name]")
    .description("print the stack's outputs, or one of them")
    .option("-j, --json", "print JSON")
    .option("--show-secrets", "show secrets in clear")
    .action(async (name: string | undefined, _flags, self: Command) =>
      (await loadStack()).output(name, self.optsWithGlobals()),
    );
  stack
    .command("export")
    .description("print the stack's state")
    .option("--file <path>", "write to a file that only you can read, instead of standard output")
    .option("--show-secrets", "write secrets in clear")
    .action(async (_flags, self: Command) => (await loadStack()).exportState(self.optsWithGlobals()));
  stack
    .command("init <name>")
    .description("make an empty stack and select it")
    .option("--no-select", "do not select it")
    .action(async (name: string, _flags, self: Command) => (await loadStack()).init(name, self.optsWithGlobals()));
  stack
    .command("select <name>")
    .description("choose the stack that commands work on")
    .option("-c, --create", "make the stack when it does not exist")
    .action(async (name: string, _flags, self: Command) => (await loadStack()).select(name, self.optsWithGlobals()));
  stack
    .command("rm [name]")
    .description("remove a stack, its history and its configuration file")
    .option("-f, --force", "also when it has resources, which are then nobody's")
    .option("-y, --yes", "do not ask")
    .option("--preserve-config", "keep the configuration file")
    .action(async (name: string | undefined, _flags, self: Command) =>
      (await loadStack()).remove({ ...self.optsWithGlobals(), ...(name !== undefined && { stack: name }) }),
    );
}

function addConfigCommands(program: Command): void {
  const config = program
    .command("config")
    .description("show the stack's configuration")
    .option("-j, --json", "print JSON")
    .option("--show-secrets", "show secrets in clear")
    .option("--config-file <path>", "the configuration file to use")
    .action(async (_flags, self: Command) => (await loadConfig()).list(self.optsWithGlobals()));
  config
    .command("get <key>")
    .description("print one value, also when it is secret")
    .option("--path", "the key is a path into a structured value: topology.hosts[0]")
    .option("-j, --json", "print JSON")
    .action(async (key: string, _flags, self: Command) => (await loadConfig()).get(key, self.optsWithGlobals()));
  config
    .command("set <key> [value]")
    .description("set one value; it is read from standard input or asked for when it is left out")
    .option("--path", "the key is a path into a structured value")
    .option("--secret", "encrypt the value")
    .option("--plaintext", "do not encrypt the value")
    .action(async (key: string, value: string | undefined, _flags, self: Command) =>
      (await loadConfig()).set(key, value, self.optsWithGlobals()),
    );
  config
    .command("rm <key>")
    .description("remove one value")
    .option("--path", "the key is a path into a structured value")
    .action(async (key: string, _flags, self: Command) => (await loadConfig()).unset(key, self.optsWithGlobals()));
}

function loadStack(): Promise<typeof import("./commands/stack")> {
  return import("./commands/stack");
}

function loadConfig(): Promise<typeof import("./commands/config")> {
  return import("./commands/config");
}
