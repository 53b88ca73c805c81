import type { DriftSeverity } from "../../providers/base/inventory";
import type { Value } from "../../providers/base/values";
import type { ResourceState } from "../resource-state";

/** One difference between what is declared and what is there. Values hold no secrets. */
export interface Finding {
  readonly kind: FindingKind;
  readonly project: string;
  readonly stack: string;
  /** Absent for what nobody declared. */
  readonly urn?: string;
  /** `Permissions agent@mig`, `user mallory`. */
  readonly object: string;
  /** Where an undeclared object is: a server, a database, a host. */
  readonly place?: string;
  /** The property; empty for the object as a whole. */
  readonly path: string;
  /** Null: nothing. */
  readonly declared: Value;
  readonly actual: Value;
  readonly severity: DriftSeverity;
  readonly repair: Repair;
}

export type FindingKind = "changed" | "missing" | "undeclared";

export interface Repair {
  /** `up`: declared again by `up --refresh`. `hand`: by a command where the object is. */
  readonly by: "up" | "hand";
  readonly command: string;
  /** Commands of a lower turn are run first. */
  readonly turn: number;
  /** Where the command is to be run; absent: where `groundwork` is. */
  readonly where?: string;
  /** Instead: takes the object into the stack, when it is to stay. The program has to declare it then. */
  readonly import?: string;
}

/** What could not be read, so that nobody knows whether it drifted. */
export interface Unknown {
  readonly project: string;
  readonly stack: string;
  readonly urn?: string;
  readonly object: string;
  readonly reason: string;
}

/** What the server lets nobody, or not this operator, read. */
export interface NotChecked {
  readonly project: string;
  readonly stack: string;
  readonly urn: string;
  readonly object: string;
  readonly path: string;
  readonly reason: string;
}

/** All about one stack. */
export interface StackDrift {
  readonly project: string;
  readonly stack: string;
  /** Resources that were looked at. */
  readonly resources: number;
  readonly findings: readonly Finding[];
  readonly unknown: readonly Unknown[];
  readonly notCheckable: readonly NotChecked[];
}

export type StackName = Pick<StackDrift, "project" | "stack">;

/** `User worker`: the type without its package, and the id. */
export function objectName({ type, id = "" }: Pick<ResourceState, "type" | "id">): string {
  return `${type.slice(type.lastIndexOf(":") + 1)} ${id}`;
}
