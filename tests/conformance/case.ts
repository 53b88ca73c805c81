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

export interface Turn {
  readonly operation: "preview" | "up" | "refresh" | "destroy";
  /** What `pulumi` and `groundwork` are given besides. */
  readonly flags?: readonly string[];
  /** Absent: that of the turn before. */
  readonly program?: () => unknown;
  /** What happens to the world before. Faults hold for this turn. */
  readonly world?: (world: World) => void;
}

export function up(program: () => unknown, ...flags: string[]): Turn {
  return { operation: "up", program, flags };
}

export function preview(program: () => unknown, ...flags: string[]): Turn {
  return { operation: "preview", program, flags };
}

/** The same with calls that fail. */
export function failing(turn: Turn, ...calls: string[]): Turn {
  return { ...turn, world: (world) => void (world.failing = calls) };
}
