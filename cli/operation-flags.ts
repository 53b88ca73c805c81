import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";

import type { OperationRequest } from "../engine/operation";
import type { GlobalFlags } from "./program";

export type OperationKind = OperationRequest["kind"];

/** The flags of `preview`, `up`, `refresh`, `destroy` and `import`, as Pulumi's own CLI has them. */
export interface OperationFlags extends GlobalFlags {
  readonly yes?: boolean;
  readonly skipPreview?: boolean;
  readonly previewOnly?: boolean;
  readonly diff?: boolean;
  readonly json?: boolean;
  readonly expectNoChanges?: boolean;
  readonly refresh?: boolean;
  readonly parallel?: number;
  readonly target?: readonly string[];
  readonly config?: readonly string[];
  readonly configFile?: string;
  readonly message?: string;
  readonly showSames?: boolean;
  readonly suppressOutputs?: boolean;
  readonly debug?: boolean;
  readonly replace?: readonly string[];
  readonly targetReplace?: readonly string[];
  readonly targetDependents?: boolean;
  readonly exclude?: readonly string[];
  readonly excludeDependents?: boolean;
  readonly clearPendingCreates?: boolean;
  readonly remove?: boolean;
  readonly excludeProtected?: boolean;
  readonly runProgram?: boolean;
  readonly continueOnError?: boolean;
  readonly why?: boolean;
  readonly savePlan?: string;
  readonly plan?: string;
  readonly providers?: "built-in" | "official";
  readonly policyPack?: readonly string[];
  readonly policyPackConfig?: readonly string[];
}

type Parse = (text: string, before: readonly string[] | undefined) => number | readonly string[];

const STACKWIDE: readonly OperationKind[] = ["preview", "up", "refresh", "destroy"];
const ALL: readonly OperationKind[] = [...STACKWIDE, "import"];
const CHANGING = ALL.slice(1);
const NOT_DESTROY = STACKWIDE.slice(0, -1);

const FLAGS: readonly (readonly [on: readonly OperationKind[], flags: string, help: string, parse?: Parse])[] = [
  [CHANGING, "-y, --yes", "do not ask before changing anything"],
  [["up", "refresh", "destroy"], "-f, --skip-preview", "do not preview, do not ask"],
  [["import"], "--skip-preview", "do not preview, do not ask"],
  [["refresh", "destroy", "import"], "--preview-only", "show what would be done and do nothing"],
  [ALL, "--diff", "show every change with its properties"],
  [ALL, "-j, --json", "print JSON: one object for a preview, one event a line otherwise"],
  [NOT_DESTROY, "--expect-no-changes", "fail when anything changes"],
  [["preview", "up", "destroy"], "-r, --refresh", "read everything back first"],
  [["preview", "up", "destroy"], "--no-refresh", "do not, although Pulumi.yaml makes it the rule"],
  [ALL, "-p, --parallel <n>", "provider calls at once (default: 4 for each core)", positiveInteger],
  [STACKWIDE, "-t, --target <urn>", "only this resource; repeatable; `*` and `**` match", collect],
  [STACKWIDE, "--target-dependents", "with --target: also what depends on it"],
  [STACKWIDE, "--exclude <urn>", "everything but this resource; repeatable; `*` and `**` match", collect],
  [STACKWIDE, "--exclude-dependents", "with --exclude: also leave what depends on it"],
  [["preview", "up"], "--replace <urn>", "replace this resource although nothing asks for it; repeatable", collect],
  [["preview", "up"], "--target-replace <urn>", "the same, and only this resource; repeatable", collect],
  [["preview"], "--save-plan <file>", "save what it shows, for `up --plan`"],
  [["up"], "--plan <file>", "do what a saved plan allows, and nothing else"],
  [["destroy"], "--exclude-protected", "leave what is protected, and what that depends on"],
  [["destroy"], "--remove", "remove the stack as well, with its history and configuration file"],
  [["refresh"], "--clear-pending-creates", "forget interrupted creations of which nobody knows what became"],
  [["refresh", "destroy"], "--run-program", "run the program first: for hooks, and for how servers are reached by now"],
  [["up", "destroy"], "--continue-on-error", "go on with what does not depend on a failure"],
  [["preview", "up"], "-c, --config <key=value>", "set this in the configuration file first; repeatable", collect],
  [["preview", "up"], "--policy-pack <dir>", "judge everything by this policy pack; repeatable", collect],
  [["preview", "up"], "--policy-pack-config <file>", "configures the pack of the same place; repeatable", collect],
  [ALL, "--config-file <path>", "the configuration file to use"],
  [ALL, "-m, --message <text>", "what the history says about this update"],
  [NOT_DESTROY, "--show-sames", "also show what stays as it is"],
  [ALL, "--why", "say of each change which input changed, and what that came from"],
  [ALL, "--suppress-outputs", "do not show the stack's outputs"],
  [ALL, "-d, --debug", "show what the engine and the SDK say for debugging; secrets stay hidden"],
];

export function providersFlag(): Option {
  const help = "built-in providers, or the official plugins also where there is a built-in one";
  return new Option("--providers <which>", help).choices(["built-in", "official"]).env("GROUNDWORK_PROVIDERS");
}

export function parallelFlag(help: string): Option {
  return new Option("-p, --parallel <n>", help).argParser(positiveInteger);
}

export function repeatable(flags: string, help: string): Option {
  return new Option(flags, help).argParser<readonly string[]>(collect);
}

export function addOperationFlags(command: Command, kind: OperationKind): void {
  command.addOption(providersFlag());
  for (const [on, flags, help, parse] of FLAGS) {
    if (!on.includes(kind)) continue;
    const option = command.createOption(flags, help);
    command.addOption(
      parse === undefined
        ? option
        : option.argParser<ReturnType<Parse>>((text, before) => parse(text, before as readonly string[] | undefined)),
    );
  }
}

function positiveInteger(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("It must be a whole number, 1 or more.");
  return Number(text);
}

function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
