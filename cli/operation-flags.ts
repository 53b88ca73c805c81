import { InvalidArgumentError, Option } from "commander";

import type { OperationRequest } from "../engine/operation";
import type { GlobalFlags } from "./program";
import { UNSUPPORTED_FLAGS } from "./unsupported";

export type OperationKind = OperationRequest["kind"];

/** The flags of `preview`, `up`, `refresh` and `destroy`, as Pulumi's own CLI has them. */
export interface OperationFlags extends GlobalFlags {
  readonly yes?: boolean;
  readonly skipPreview?: boolean;
  readonly previewOnly?: boolean;
  readonly diff?: boolean;
  readonly json?: boolean;
  readonly expectNoChanges?: boolean;
  readonly refresh?: boolean;
  readonly parallel?: number;
  readonly target: readonly string[];
  readonly config: readonly string[];
  readonly configFile?: string;
  readonly message?: string;
  readonly showSames?: boolean;
  readonly suppressOutputs?: boolean;
  readonly debug?: boolean;
}

export const OPERATIONS: readonly {
  readonly name: OperationKind;
  readonly alias: string;
  readonly description: string;
}[] = [
  { name: "preview", alias: "pre", description: "show what `up` would change" },
  { name: "up", alias: "update", description: "make everything as the program declares it" },
  { name: "refresh", alias: "ref", description: "read everything back and bring the state up to date" },
  { name: "destroy", alias: "down", description: "delete everything that the stack holds" },
];

const ALL: readonly OperationKind[] = ["preview", "up", "refresh", "destroy"];
const CHANGING: readonly OperationKind[] = ["up", "refresh", "destroy"];

const FLAGS: readonly { readonly on: readonly OperationKind[]; readonly make: () => Option }[] = [
  { on: CHANGING, make: () => new Option("-y, --yes", "do not ask before changing anything") },
  { on: CHANGING, make: () => new Option("-f, --skip-preview", "do not preview, do not ask") },
  { on: ["refresh", "destroy"], make: () => new Option("--preview-only", "show what would be done and do nothing") },
  { on: ALL, make: () => new Option("--diff", "show every change with its properties") },
  { on: ALL, make: () => new Option("-j, --json", "print JSON: one object for a preview, one event a line otherwise") },
  { on: ["preview", "up", "refresh"], make: () => new Option("--expect-no-changes", "fail when anything changes") },
  { on: ["preview", "up", "destroy"], make: () => new Option("-r, --refresh", "read everything back first") },
  {
    on: ALL,
    make: () =>
      new Option("-p, --parallel <n>", "provider calls at once (default: 4 for each core)").argParser(positiveInteger),
  },
  {
    on: ALL,
    make: () =>
      new Option("-t, --target <urn>", "only this resource; repeatable; `*` and `**` match")
        .argParser(collect)
        .default([], "all"),
  },
  {
    on: ["preview", "up"],
    make: () =>
      new Option("-c, --config <key=value>", "set this in the stack's configuration first; repeatable")
        .argParser(collect)
        .default([], "none"),
  },
  { on: ALL, make: () => new Option("--config-file <path>", "the configuration file to use") },
  { on: ALL, make: () => new Option("-m, --message <text>", "what the history says about this update") },
  { on: ["preview", "up", "refresh"], make: () => new Option("--show-sames", "also show what stays as it is") },
  { on: ALL, make: () => new Option("--suppress-outputs", "do not show the stack's outputs") },
  {
    on: ALL,
    make: () => new Option("-d, --debug", "show what the engine and the SDK say for debugging; secrets stay hidden"),
  },
];

export function operationFlags(kind: OperationKind): readonly Option[] {
  const known = FLAGS.filter(({ on }) => on.includes(kind)).map(({ make }) => make());
  return [...known, ...UNSUPPORTED_FLAGS.map((flag) => new Option(flag).hideHelp())];
}

function positiveInteger(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("It must be a whole number, 1 or more.");
  return Number(text);
}

function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}
