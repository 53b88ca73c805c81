import type { PendingKind, ResourceState, Snapshot } from "../../../engine/resource-state";
import { referencesOf } from "../../../engine/state-list";
import type { FuzzWorld } from "./world";

/** What befalls an object, or the state that an earlier run has left, between two operations. */
export type UpsetKind =
  /** Somebody deletes or changes the object. */
  | "vanish"
  | "drift"
  /** A former object waits for its deletion. */
  | "replaced"
  /** The object was deleted ahead of its replacement, which was not made. */
  | "gone"
  | "ill"
  /** A run died behind its call to the provider, or before it. */
  | "created"
  | "uncreated"
  | "updating"
  | "deleting";

/** `name` is the logical name of the resource; nothing happens when there is none. */
export interface Upset {
  readonly kind: UpsetKind;
  readonly name: string;
}

type Effect = (snapshot: Snapshot, state: ResourceState, world: FuzzWorld) => Snapshot;

const EFFECTS: Readonly<Record<UpsetKind, Effect>> = {
  // What a program imports has to be there: a user whose import is gone takes the option out.
  vanish: (snapshot, state, world) => {
    if (state.importID === undefined) world.remove(addressOf(state));
    return snapshot;
  },
  drift: (snapshot, state, world) => {
    const object = world.objects.get(addressOf(state));
    if (object !== undefined) world.objects.set(addressOf(state), { ...object, value: 99 });
    return snapshot;
  },
  replaced: ({ resources, ...rest }, state, world) => {
    const key = `${state.id ?? ""}-former`;
    const at = `${addressOf(state)}-former`;
    const { within: _within, ...own } = state.inputs;
    const inputs = { ...own, key };
    const { deletedWith: _with, ...former } = { ...state, id: key, inputs, outputs: { ...inputs, at, made: 0 } };
    world.objects.set(at, former.outputs);
    return { ...rest, resources: [...resources, { ...former, delete: true }] };
  },
  gone: (snapshot, state, world) => {
    world.remove(addressOf(state));
    return replacing(snapshot, state, { ...state, pendingReplacement: true });
  },
  ill: (snapshot, state) => replacing(snapshot, state, { ...state, initErrors: ["it is not well"] }),
  created: (snapshot, state) => uncreated(snapshot, state),
  uncreated: (snapshot, state, world) => {
    if (!isLeaf(snapshot, state)) return snapshot;
    world.remove(addressOf(state));
    return uncreated(snapshot, state);
  },
  updating: (snapshot, state) => pending(snapshot, "updating", state),
  deleting: (snapshot, state) => pending(snapshot, "deleting", state),
};

export const UPSETS = Object.keys(EFFECTS) as UpsetKind[];

/** The state after an upset. Only what is managed, whole and at rest can be upset. */
export function upset(snapshot: Snapshot, world: FuzzWorld, { kind, name }: Upset): Snapshot {
  const { resources, pendingOperations } = snapshot;
  const found = resources.find(({ urn, type }) => type === "test:index:Thing" && urn.endsWith(`::${name}`));
  if (found === undefined || found.external || found.delete || found.pendingReplacement) return snapshot;
  if (resources.some((each) => each !== found && each.urn === found.urn)) return snapshot;
  if (pendingOperations.some(({ resource }) => resource.urn === found.urn)) return snapshot;
  return EFFECTS[kind](snapshot, found, world);
}

function replacing({ resources, ...rest }: Snapshot, before: ResourceState, after: ResourceState): Snapshot {
  return { ...rest, resources: resources.map((each) => (each === before ? after : each)) };
}

function pending({ resources, pendingOperations }: Snapshot, type: PendingKind, resource: ResourceState): Snapshot {
  return { resources, pendingOperations: [...pendingOperations, { type, resource, journaled: true }] };
}

function isLeaf({ resources }: Snapshot, state: ResourceState): boolean {
  return !resources.some((each) => referencesOf(each).has(state.urn));
}

function uncreated(snapshot: Snapshot, state: ResourceState): Snapshot {
  if (!isLeaf(snapshot, state)) return snapshot;
  const { id: _id, ...intended } = { ...state, outputs: {} };
  const resources = snapshot.resources.filter((each) => each !== state);
  return pending({ ...snapshot, resources }, "creating", intended);
}

function addressOf({ outputs }: ResourceState): string {
  return String(outputs["at"]);
}
