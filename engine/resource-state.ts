import type { PropertyMap, Value } from "../providers/base/values";
import type { HookNames } from "./hooks";

/** One resource as the checkpoint holds it. Immutable: a change makes a new object. Source: Pulumi's `apitype.ResourceV3`. */
export interface ResourceState {
  readonly urn: string;
  readonly type: string;
  /** False for components, which have no id and no provider. */
  readonly custom: boolean;
  /** Absent on components and, in a preview, on what is not created yet. */
  readonly id?: string;
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
  readonly parent?: string;
  /** `<provider urn>::<provider id>`. */
  readonly provider?: string;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly deletedWith?: string;
  readonly replaceWith?: readonly string[];
  readonly resourceHooks?: HookNames;
  readonly protect?: boolean;
  /** Read, not managed. */
  readonly external?: boolean;
  /** Replaced already; waits for its deletion. Several entries of one URN may be so marked. */
  readonly delete?: boolean;
  /** Deleted already; its replacement has not been created yet. */
  readonly pendingReplacement?: boolean;
  readonly retainOnDelete?: boolean;
  readonly initErrors?: readonly string[];
  readonly additionalSecretOutputs?: readonly string[];
  readonly aliases?: readonly string[];
  readonly ignoreChanges?: readonly string[];
  readonly hideDiff?: readonly string[];
  readonly replaceOnChanges?: readonly string[];
  readonly replacementTrigger?: Value;
  /** Seconds. */
  readonly customTimeouts?: Readonly<Partial<Record<"create" | "update" | "delete" | "read", number>>>;
  readonly importID?: string;
  readonly sourcePosition?: string;
  /** RFC 3339. */
  readonly created?: string;
  readonly modified?: string;
  /** Fields of a newer CLI that this engine does not interpret, kept as they were read. */
  readonly unknownFields?: Readonly<Record<string, unknown>>;
}

export type PendingKind = "creating" | "updating" | "deleting" | "reading" | "importing";

/** A mutation that was begun and of which nobody knows how it ended. */
export interface PendingOperation {
  readonly type: PendingKind;
  /** Its inputs are those that the provider was called with. */
  readonly resource: ResourceState;
  /**
   * This engine began it and proves so by a keyed hash of the inputs in its journal: the object, if it exists, is ours
   * and may be adopted. Absent on pending operations that the state file alone tells of.
   */
  readonly journaled?: boolean;
}

/** The whole of a stack's state. Resources stand in dependency order. */
export interface Snapshot {
  readonly resources: readonly ResourceState[];
  readonly pendingOperations: readonly PendingOperation[];
}

export const EMPTY_SNAPSHOT: Snapshot = { resources: [], pendingOperations: [] };

/**
 * Where the engine tells, as it goes, what happens to the state. Every promise resolves when the entry is durable.
 * Entries are identified by the objects themselves: `replacing` and `remove` take the object that the snapshot or an
 * earlier `put` holds, or held before another took its place.
 */
export interface StateRecorder {
  /** A provider is about to be called. Returns a ticket for `end`. */
  begin(type: PendingKind, resource: ResourceState): Promise<number>;
  /**
   * The call has ended, well or badly (the ticket closes either way), together with what it did to the list:
   * `put` adds an entry, in the place of `replacing` when that is given; `remove` drops one. Several changes are one
   * durable entry: all of them or none.
   */
  end(ticket: number, ...changes: StateChange[]): Promise<void>;
  /** A change of the list without a provider call: a `same` step whose options changed, a component's outputs. */
  change(...changes: StateChange[]): Promise<void>;
  /** A pending operation of an earlier run was resolved. */
  resolved(operation: PendingOperation): Promise<void>;
}

export interface StateChange {
  readonly put?: ResourceState;
  readonly replacing?: ResourceState;
  readonly remove?: ResourceState;
}
