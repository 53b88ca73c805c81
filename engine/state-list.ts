import type { PendingOperation, ResourceState, Snapshot, StateChange } from "./resource-state";

/** What the old state says, by URN. An operation takes entries out of it as it deals with them. */
export class OldState {
  /** Live entries, in state order: at most one a URN. */
  readonly live = new Map<string, ResourceState>();
  /** Entries that were replaced and wait for their deletion (`delete`). */
  readonly condemned = new Set<ResourceState>();
  pending: PendingOperation[];
  private readonly positions = new WeakMap<ResourceState, number>();
  /** What took an entry's place in this view. */
  private readonly successors = new WeakMap<ResourceState, ResourceState>();
  /** Live entries in whose place the operation has put new ones: their former versions must not come back. */
  private readonly settled = new Set<string>();
  /** Entries that count as gone here, with what the state still holds of them: their deletions are under way. */
  private readonly leaving = new Map<ResourceState, ResourceState>();
  private count = 0;

  constructor(snapshot: Snapshot) {
    for (const state of snapshot.resources) {
      this.positions.set(state, this.count++);
      if (state.delete) this.condemned.add(state);
      else this.live.set(state.urn, state);
    }
    this.pending = [...snapshot.pendingOperations];
  }

  add(state: ResourceState): void {
    this.positions.set(state, this.count++);
    this.live.delete(state.urn);
    this.live.set(state.urn, state);
  }

  /** A newer version of an entry, in its place. */
  replaceLive(before: ResourceState, after: ResourceState): void {
    this.inherit(before, after);
    this.settled.delete(after.urn);
    this.live.set(after.urn, after);
  }

  /** To be called together with the change that puts something else in the place of an entry. */
  settle(urn: string): void {
    this.settled.add(urn);
  }

  /** Marks an entry for deletion, now that its replacement exists; returns the entry that the state holds from here on. */
  condemn(before: ResourceState): ResourceState {
    const state = this.latest(before);
    const condemned = { ...state, delete: true };
    this.inherit(state, condemned);
    if (this.live.get(state.urn) === state) this.live.delete(state.urn);
    this.condemned.add(condemned);
    return condemned;
  }

  /** Has an entry count as deleted for its replacement from here on; the state holds it as it was until `left`. */
  leave(state: ResourceState): void {
    const gone = { ...state, pendingReplacement: true };
    this.inherit(state, gone);
    this.live.set(state.urn, gone);
    this.leaving.set(gone, state);
  }

  /** The change by which the deletion of such an entry is recorded. */
  left(state: ResourceState): StateChange {
    const put = this.latest(state);
    const replacing = this.leaving.get(put) ?? state;
    this.leaving.delete(put);
    return { put, replacing };
  }

  inOrder(states: Iterable<ResourceState>): ResourceState[] {
    const position = (state: ResourceState) => this.positions.get(state) ?? Number.MAX_SAFE_INTEGER;
    return [...states].sort((a, b) => position(a) - position(b));
  }

  /** Applies a rewriting of references to all entries that are left; tells what changed in the list. */
  rewrite(concerns: (state: ResourceState) => boolean, f: (state: ResourceState) => ResourceState): StateChange[] {
    const changes: StateChange[] = [];
    for (const state of [...this.live.values(), ...this.condemned]) {
      if (!concerns(state) || (!state.delete && this.settled.has(state.urn))) continue;
      const put = f(state);
      if (JSON.stringify([...referencesOf(put)]) === JSON.stringify([...referencesOf(state)])) continue;
      this.inherit(state, put);
      if (this.condemned.delete(state)) this.condemned.add(put);
      else this.live.set(put.urn, put);
      changes.push(this.held(state, put, f));
    }
    return changes;
  }

  /** The change of the state that goes with a change here. */
  private held(before: ResourceState, after: ResourceState, f: (state: ResourceState) => ResourceState): StateChange {
    const replacing = this.leaving.get(before);
    if (replacing === undefined) return { put: after, replacing: before };
    const put = f(replacing);
    this.leaving.delete(before);
    this.leaving.set(after, put);
    return { put, replacing };
  }

  private inherit(before: ResourceState, after: ResourceState): void {
    if (before === after) return;
    this.positions.set(after, this.positions.get(before) ?? this.count++);
    this.successors.set(before, after);
  }

  /** The newest version of an entry, whose references may have been rewritten meanwhile. */
  latest(state: ResourceState): ResourceState {
    const next = this.successors.get(state);
    return next === undefined ? state : this.latest(next);
  }
}

/** Every URN that an entry refers to: these must stand before it and are deleted after it. */
export function referencesOf(state: ResourceState): Set<string> {
  const urns = new Set(state.dependencies);
  for (const list of Object.values(state.propertyDependencies)) for (const urn of list) urns.add(urn);
  if (state.parent !== undefined) urns.add(state.parent);
  if (state.deletedWith !== undefined) urns.add(state.deletedWith);
  for (const urn of state.replaceWith ?? []) urns.add(urn);
  if (state.provider !== undefined) urns.add(state.provider.slice(0, state.provider.lastIndexOf("::")));
  return urns;
}

/** A copy of `state` in which every reference to a URN is rewritten by `f`; `undefined` drops the reference. */
export function mapReferences(state: ResourceState, f: (urn: string) => string | undefined): ResourceState {
  const list = (urns: readonly string[]) => urns.flatMap((urn) => f(urn) ?? []);
  const { parent, deletedWith, replaceWith, provider, ...rest } = state;
  const newReplaceWith = list(replaceWith ?? []);
  const newParent = parent === undefined ? undefined : f(parent);
  const newDeletedWith = deletedWith === undefined ? undefined : f(deletedWith);
  const at = provider?.lastIndexOf("::") ?? -1;
  const newProvider = provider === undefined ? undefined : f(provider.slice(0, at));
  return {
    ...rest,
    dependencies: list(state.dependencies),
    propertyDependencies: Object.fromEntries(
      Object.entries(state.propertyDependencies).map(([key, urns]) => [key, list(urns)]),
    ),
    ...(newParent !== undefined && { parent: newParent }),
    ...(newDeletedWith !== undefined && { deletedWith: newDeletedWith }),
    ...(newReplaceWith.length > 0 && { replaceWith: newReplaceWith }),
    ...(newProvider !== undefined && { provider: newProvider + (provider?.slice(at) ?? "") }),
  };
}
