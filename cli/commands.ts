import { Option } from "commander";
import type { Command } from "commander";

import { parallelFlag, providersFlag, repeatable } from "./operation-flags";
import { QUESTIONS } from "../stacks/new-environment/questions";
import type { OperationKind } from "./operation-flags";
import type { GlobalFlags } from "./program";
import { REPORT_FORMATS } from "./report-files";

type Flags = readonly (readonly [flags: string, help: string] | Option)[];

/** A command as the command line declares it; what it does is loaded when it runs, so that `--help` is quick. */
export interface CommandSpec {
  /** As it is written: `stack output [name]`. */
  readonly usage: string;
  readonly help: string;
  readonly flags?: Flags;
  /** Takes the flags of an operation as well. */
  readonly operation?: OperationKind;
  readonly run: (command: Command, ...args: (string | undefined)[]) => Promise<void>;
}

const JSON_FLAG = ["-j, --json", "print JSON"] as const;
const OUTPUT = new Option("-o, --output <format>", "what to print").choices(REPORT_FORMATS);
const REPORT = repeatable(
  "--report <file>",
  "also write a report: its name ends with .json, .md or .sarif; repeatable",
);
const YES = ["-y, --yes", "do not ask"] as const;
const SECRETS = ["--show-secrets", "show secrets in clear"] as const;
const CONFIG_FILE = ["--config-file <path>", "the configuration file to use"] as const;
const PATH = ["--path", "the key is a path into a structured value: topology.hosts[0]"] as const;

const stack = (): Promise<typeof import("./commands/stack")> => import("./commands/stack");
const config = (): Promise<typeof import("./commands/config")> => import("./commands/config");
const ca = (): Promise<typeof import("./commands/ca")> => import("./commands/ca");
const state = (): Promise<typeof import("./commands/state")> => import("./commands/state");

/** Everything but preview, up, refresh and destroy. A command stands before its subcommands. */
export const COMMANDS: readonly CommandSpec[] = [
  {
    usage: "stack",
    help: "show the stack, its resources and outputs",
    flags: [SECRETS, ["-u, --show-urns", "show URNs instead of names"]],
    run: async (command) => (await stack()).info(command.optsWithGlobals()),
  },
  {
    usage: "stack ls",
    help: "list the project's stacks",
    flags: [["-a, --all", "the stacks of all projects in the backend"], JSON_FLAG],
    run: async (command) => (await stack()).list(command.optsWithGlobals()),
  },
  {
    usage: "stack output [name]",
    help: "print the stack's outputs, or one of them",
    flags: [JSON_FLAG, SECRETS],
    run: async (command, name) => (await stack()).output(name, command.optsWithGlobals()),
  },
  {
    usage: "stack export",
    help: "print the stack's state",
    flags: [["--file <path>", "write to a file that only you can read, not to standard output"], SECRETS],
    run: async (command) => (await stack()).exportState(command.optsWithGlobals()),
  },
  {
    usage: "stack import",
    help: "replace the stack's state by what `stack export` printed",
    flags: [
      ["--file <path>", "read it from a file, not from standard input"],
      ["-f, --force", "also when it is of another stack, or refers to what it does not hold"],
    ],
    run: async (command) => (await stack()).importState(command.optsWithGlobals()),
  },
  {
    usage: "stack history",
    help: "list the stack's updates, the last one first",
    flags: [JSON_FLAG, SECRETS, ["--full-dates", "points in time, not how long ago"]],
    run: async (command) => (await import("./commands/history")).history(command.optsWithGlobals()),
  },
  {
    usage: "stack change-secrets-provider <provider>",
    help: "encrypt all secrets under another passphrase; the provider is `passphrase`",
    run: async (command, provider) =>
      (await import("./commands/secrets-provider")).changeSecretsProvider(provider, command.optsWithGlobals()),
  },
  {
    usage: "stack init <name>",
    help: "make an empty stack and select it",
    flags: [["--no-select", "do not select it"]],
    run: async (command, name) => (await stack()).init(named(command, name)),
  },
  {
    usage: "stack select <name>",
    help: "choose the stack that commands work on",
    flags: [["-c, --create", "make the stack when it does not exist"]],
    run: async (command, name) => (await stack()).select(named(command, name)),
  },
  {
    usage: "stack rm [name]",
    help: "remove a stack, its history and its configuration file",
    flags: [
      ["-f, --force", "also when it has resources, which are then nobody's"],
      ["--preserve-config", "keep the configuration file"],
      YES,
    ],
    run: async (command, name) => (await stack()).remove(named(command, name)),
  },
  {
    usage: "config",
    help: "show the stack's configuration",
    flags: [JSON_FLAG, SECRETS, CONFIG_FILE],
    run: async (command) => (await config()).list(command.optsWithGlobals()),
  },
  {
    usage: "config get <key>",
    help: "print one value, also when it is secret",
    flags: [PATH, JSON_FLAG],
    run: async (command, key = "") => (await config()).get(key, command.optsWithGlobals()),
  },
  {
    usage: "config set <key> [value]",
    help: "set one value; without one it is read from standard input or asked for",
    flags: [PATH, ["--secret", "encrypt the value"], ["--plaintext", "do not encrypt the value"]],
    run: async (command, key = "", value) => (await config()).set(key, value, command.optsWithGlobals()),
  },
  {
    usage: "config rm <key>",
    help: "remove one value",
    flags: [PATH],
    run: async (command, key = "") => (await config()).unset(key, command.optsWithGlobals()),
  },
  {
    usage: "state",
    help: "edit the state; no object is touched",
    run: (command) => Promise.resolve(command.help()),
  },
  {
    usage: "state delete <urn>",
    help: "forget a resource",
    flags: [
      ["--force", "also when it is protected, and every entry of the URN"],
      ["--target-dependents", "also what refers to it"],
      YES,
    ],
    run: async (command, urn = "") => (await state()).remove(urn, command.optsWithGlobals()),
  },
  {
    usage: "state rename <urn> <name>",
    help: "give a resource another name",
    flags: [YES],
    run: async (command, urn = "", name = "") => (await state()).rename(urn, name, command.optsWithGlobals()),
  },
  ...([true, false] as const).map((wanted): CommandSpec => ({
    usage: `state ${wanted ? "protect" : "unprotect"} [urn...]`,
    help: wanted ? "refuse to delete a resource" : "allow to delete a resource",
    flags: [["--all", "all resources"], YES],
    run: async (command) => (await state()).protect(command.args, wanted, command.optsWithGlobals()),
  })),
  {
    usage: "policy",
    help: "judge by policies",
    run: (command) => Promise.resolve(command.help()),
  },
  {
    usage: "policy analyze",
    help: "judge a recorded state by policy packs and report on every rule",
    flags: [
      ["--file <path>", "what `stack export` printed, instead of a stack's state; - reads standard input"],
      OUTPUT,
      JSON_FLAG,
      REPORT,
      repeatable("--policy-pack <dir>", "the pack, instead of the project's `policies`; repeatable"),
      repeatable("--policy-pack-config <file>", "configures the pack of the same place; repeatable"),
    ],
    run: async (command) => (await import("./commands/policy")).analyze(command.optsWithGlobals()),
  },
  {
    usage: "import [type] [name] [id]",
    help: "take objects that exist into the state",
    operation: "import",
    flags: [
      ["-f, --file <path>", "take what this JSON file lists"],
      ["--parent <urn>", "its parent"],
      ["--provider <urn>", "its provider, instead of the package's default one"],
      ["--protect", "protect it from deletion: what is done anyway"],
      ["--no-protect", "do not"],
      ["--no-generate-code", "accepted: no code is ever generated"],
    ],
    run: async (command, ...args) =>
      (await import("./commands/import")).importResources(args, command.optsWithGlobals()),
  },
  {
    usage: "env",
    help: "make environments",
    run: (command) => Promise.resolve(command.help()),
  },
  {
    usage: "env new <name>",
    help: "write the commented file of a new environment; what no flag says is asked for",
    flags: QUESTIONS.map(({ flag, asks }) => [`--${flag} <value>`, asks] as const),
    run: async (command, name = "") => (await import("./commands/env")).newEnvironment(name, command.optsWithGlobals()),
  },
  {
    usage: "ca",
    help: "take a platform's certificate authority from outside",
    run: (command) => Promise.resolve(command.help()),
  },
  {
    usage: "ca csr <platform>",
    help: "make a key, kept encrypted in the stack's configuration, and a request to be signed by an offline root",
    flags: [
      ["--out <path>", "where the request goes (default: <stack>-<platform>.csr)"],
      ["--common-name <name>", "the authority's name (default: <PLATFORM> CA <stack>)"],
      ["--organization <name>", "its organization"],
      ["--key-algorithm <algorithm>", "ECDSA-P256 (default), ECDSA-P384, RSA-2048 or RSA-4096"],
      ["--renew", "a new request for the key that there is"],
      CONFIG_FILE,
    ],
    run: async (command, platform = "") => (await ca()).csr(platform, command.optsWithGlobals()),
  },
  {
    usage: "ca import <platform>",
    help: "check an authority's certificate, and put it into the stack's configuration",
    flags: [
      ["--certificate <path>", "PEM: the authority's own certificate first, then those above it"],
      ["--root <path>", "PEM: the root, when it is not in that file"],
      ["--key <path>", "PEM: its private key, when `ca csr` has not made it"],
      CONFIG_FILE,
    ],
    run: async (command, platform = "") => (await ca()).importAuthority(platform, command.optsWithGlobals()),
  },
  {
    usage: "drift [stack...]",
    help: "hold what stacks declare against what is there, and find what nobody declared; nothing is changed",
    flags: [
      ["-a, --all", "every stack of the project"],
      JSON_FLAG,
      OUTPUT,
      REPORT,
      ["--accepted <file>", "accepted findings, instead of accepted-drift.yaml beside Pulumi.yaml"],
      parallelFlag("objects of a stack read at once (default: 4 for each core)"),
      providersFlag(),
    ],
    run: async (command) => (await import("./commands/drift")).drift(command.args, command.optsWithGlobals()),
  },
  {
    usage: "cancel [name]",
    help: "release the lock that a killed update has left on the stack",
    flags: [YES],
    run: async (command, name) => (await stack()).cancel(named(command, name)),
  },
];

export const OPERATIONS: readonly (readonly [name: OperationKind, alias: string, help: string])[] = [
  ["preview", "pre", "show what `up` would change"],
  ["up", "update", "make everything as the program declares it"],
  ["refresh", "ref", "read everything back and bring the state up to date"],
  ["destroy", "down", "delete everything that the stack holds"],
];

/** The flags of a command whose argument may name the stack as `--stack` does. */
function named<T extends GlobalFlags>(command: Command, name: string | undefined): T {
  return { ...command.optsWithGlobals<T>(), ...(name !== undefined && { stack: name }) };
}
