import type {
  PendingKind,
  PendingOperation,
  ResourceState,
  Snapshot,
  StateChange,
  StateRecorder,
} from "../resource-state";
import { StateError } from "./errors";
import { arrange } from "./integrity";
import type { JournalFile } from "./journal-file";
import type { PropertyCodec } from "./property-codec";
import { decodeResource, encodeResource } from "./resource-codec";

/**
 * What happens between two writes of the whole state. Each entry costs as much as the resource that it is about,
 * however large the state is. Resources are known by their slot: their index in the base state, or the order in which
 * they were added; a resource that takes another's place takes its slot.
 */
export type JournalEntry =
  /** Always first. `base` is the SHA-256 of the checkpoint that the journal goes on from. */
  | { readonly op: "open"; readonly version: 1; readonly stack: string; readonly base: string }
  /** A pending operation of the base state that this engine began in an earlier run. `mac` is over its inputs. */
  | { readonly op: "ours"; readonly key: string }
  /** `slot` instead of `resource` when the list holds it already. */
  | {
      readonly op: "begin";
      readonly ticket: number;
      readonly type: PendingKind;
      readonly resource?: unknown;
      readonly slot?: number;
    }
  | { readonly op: "end"; readonly ticket: number; readonly changes: readonly SlotChange[] }
  | { readonly op: "change"; readonly changes: readonly SlotChange[] }
  /** `pending` is the index among the base state's pending operations. */
  | { readonly op: "resolved"; readonly pending: number }
  /** The checkpoint of this SHA-256, about to be put in place, holds all of the above. */
  | { readonly op: "closed"; readonly checkpoint: string };

/** `put` goes into `slot`, or into a new slot. */
interface SlotChange<R = unknown> {
  readonly put?: R;
  readonly slot?: number;
  readonly remove?: number;
}

/** The state in memory: the base, and what was done to it since. */
class StateList {
  readonly #slots: Map<number, ResourceState>;
  readonly #slotOf: Map<ResourceState, number>;
  /** What took an entry's place: whoever holds the former one means its place. */
  readonly #successors = new WeakMap<ResourceState, ResourceState>();
  readonly #inherited: readonly PendingOperation[];
  readonly #unresolved: Set<number>;
  readonly #begun = new Map<number, PendingOperation>();
  #nextSlot: number;

  constructor(base: Snapshot) {
    this.#slots = new Map(base.resources.map((resource, slot) => [slot, resource]));
    this.#slotOf = new Map(base.resources.map((resource, slot) => [resource, slot]));
    this.#nextSlot = base.resources.length;
    this.#inherited = base.pendingOperations;
    this.#unresolved = new Set(base.pendingOperations.keys());
  }

  slotOf(resource: ResourceState): number | undefined {
    return this.#slotOf.get(resource);
  }

  at(slot: number): ResourceState {
    const resource = this.#slots.get(slot);
    if (!resource) throw new StateError(`the journal refers to slot ${slot}, which is empty; restore it from a backup`);
    return resource;
  }

  /** Translates objects to slots and carries the change out. */
  change({ put, replacing, remove }: StateChange): SlotChange<ResourceState> {
    const change = {
      ...(put ? { put } : {}),
      ...(replacing ? { slot: this.#known(replacing) } : {}),
      ...(remove ? { remove: this.#known(remove) } : {}),
    };
    this.apply(change);
    return change;
  }

  apply({ put, slot, remove }: SlotChange<ResourceState>): void {
    if (remove !== undefined) {
      this.#slotOf.delete(this.at(remove));
      this.#slots.delete(remove);
    }
    if (put === undefined) return;
    if (slot !== undefined) {
      this.#slotOf.delete(this.at(slot));
      this.#successors.set(this.at(slot), put);
    }
    const place = slot ?? this.#nextSlot++;
    this.#slots.set(place, put);
    this.#slotOf.set(put, place);
  }

  begin(ticket: number, type: PendingKind, resource: ResourceState): void {
    this.#begun.set(ticket, { type, resource, journaled: true });
  }

  end(ticket: number): void {
    this.#begun.delete(ticket);
  }

  pendingIndex(operation: PendingOperation): number {
    return this.#inherited.indexOf(operation);
  }

  resolve(index: number): void {
    this.#unresolved.delete(index);
  }

  snapshot(): Snapshot {
    const inherited = this.#inherited.filter((_, index) => this.#unresolved.has(index));
    return {
      resources: arrange([...this.#slots.values()]),
      pendingOperations: [...inherited, ...this.#begun.values()],
    };
  }

  #known(resource: ResourceState): number {
    let current: ResourceState | undefined = resource;
    while (current !== undefined && !this.#slotOf.has(current)) current = this.#successors.get(current);
    const slot = current === undefined ? undefined : this.#slotOf.get(current);
    if (slot === undefined) throw new StateError(`${resource.urn}: the entry to change is not in the state's list`);
    return slot;
  }
}

/** Records into a journal. A change counts in memory even when the journal could not be written. */
export class JournalRecorder implements StateRecorder {
  readonly #list: StateList;
  readonly #file: JournalFile;
  readonly #codec: PropertyCodec;
  #tickets = 0;

  constructor(base: Snapshot, file: JournalFile, codec: PropertyCodec) {
    this.#list = new StateList(base);
    this.#file = file;
    this.#codec = codec;
  }

  async begin(type: PendingKind, resource: ResourceState): Promise<number> {
    const ticket = ++this.#tickets;
    const slot = this.#list.slotOf(resource);
    this.#list.begin(ticket, type, resource);
    try {
      const what = slot === undefined ? { resource: encodeResource(resource, this.#codec) } : { slot };
      await this.#append({ op: "begin", ticket, type, ...what });
    } catch (error) {
      // The provider is not called. The journal may still come to hold the entry, so it gets the end as well.
      this.#list.end(ticket);
      this.#append({ op: "end", ticket, changes: [] }).catch(() => undefined);
      throw error;
    }
    return ticket;
  }

  async end(ticket: number, ...changes: StateChange[]): Promise<void> {
    this.#list.end(ticket);
    await this.#append({ op: "end", ticket, changes: this.#carryOut(changes) });
  }

  async change(...changes: StateChange[]): Promise<void> {
    await this.#append({ op: "change", changes: this.#carryOut(changes) });
  }

  async resolved(operation: PendingOperation): Promise<void> {
    const pending = this.#list.pendingIndex(operation);
    if (pending < 0) throw new StateError(`${operation.resource.urn}: the operation to resolve is not pending`);
    this.#list.resolve(pending);
    await this.#append({ op: "resolved", pending });
  }

  snapshot(): Snapshot {
    return this.#list.snapshot();
  }

  #carryOut(changes: readonly StateChange[]): SlotChange[] {
    return changes.map((change) => {
      const { put, ...slots } = this.#list.change(change);
      return put ? { put: encodeResource(put, this.#codec), ...slots } : slots;
    });
  }

  #append(entry: JournalEntry): Promise<void> {
    return this.#file.append(entry);
  }
}

/** The state that the entries lead to from the base. */
export function replay(base: Snapshot, entries: readonly JournalEntry[], codec: PropertyCodec): Snapshot {
  const list = new StateList(base);
  const carryOut = ({ put, ...slots }: SlotChange): void =>
    list.apply({ ...slots, ...(put === undefined ? {} : { put: decodeResource(put, codec) }) });
  for (const entry of entries) {
    switch (entry.op) {
      case "begin": {
        const { slot, resource } = entry;
        list.begin(entry.ticket, entry.type, slot === undefined ? decodeResource(resource, codec) : list.at(slot));
        break;
      }
      case "end":
        list.end(entry.ticket);
        entry.changes.forEach(carryOut);
        break;
      case "change":
        entry.changes.forEach(carryOut);
        break;
      case "resolved":
        list.resolve(entry.pending);
        break;
      case "open":
      case "ours":
      case "closed":
        break;
    }
  }
  return list.snapshot();
}

/** Recognises a pending operation that this engine began, without telling its inputs. */
export function operationKey({ type, resource }: PendingOperation, codec: PropertyCodec): string {
  return `${type} ${resource.urn} ${codec.mac(resource.inputs)}`;
}
