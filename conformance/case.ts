import type { Observation } from "./observe";
import type { World } from "./world";

/** One behaviour, as a sequence of operations on one stack. */
export interface Case {
  readonly name: string;
  readonly turns: readonly Turn[];
  /** Where the two engines are meant to differ. */
  readonly differs?: Difference;
  /** What is compared, where the rest is a matter of timing. @default everything */
  readonly compared?: readonly (keyof Observation)[];
}

export interface Difference {
  readonly pulumi: string;
  readonly ours: string;
  readonly reason: string;
}

export const REFUSES_AT_ONCE: Difference = {
  pulumi: "tells of the refusal as a deletion that failed, and deletes what is not protected",
  ours: "refuses before any step",
  reason: "nothing has been begun",
};

export type Operation =
  | "preview"
  | "up"
  | "refresh"
  | "destroy"
  | "import"
  | "state delete"
  | "state rename"
  | "state protect"
  | "state unprotect";

export interface Turn {
  readonly operation: Operation;
  /** What `pulumi` and `groundwork` are given besides: flags and arguments. */
  readonly flags?: readonly string[];
  /** Absent: that of the turn before. */
  readonly program?: () => unknown;
  /** What happens to the world before. Faults hold for this turn. */
  readonly world?: (world: World) => void;
  /** How the state's file is changed before. */
  readonly edit?: (deployment: Deployment) => void;
}

/** What `stack export` prints, as far as cases change it. */
export interface Deployment {
  resources: Record<string, unknown>[];
  pending_operations?: unknown[];
}

export function up(program: () => unknown, ...flags: string[]): Turn {
  return { operation: "up", program, flags };
}

export function preview(program: () => unknown, ...flags: string[]): Turn {
  return { operation: "preview", program, flags };
}

export function run(operation: Operation, ...flags: string[]): Turn {
  return { operation, flags };
}

/** The same with calls that fail. */
export function failing(turn: Turn, ...calls: string[]): Turn {
  return { ...turn, world: (world) => void (world.failing = calls) };
}

/** The URN of a thing at the top of the stack. */
export function urnOf(name: string): string {
  return `urn:pulumi:dev::conformance::test:index:Thing::${name}`;
}
