import type { ResourceState } from "../resource-state";
import { IntegrityError } from "./errors";

/**
 * The rules that the list of a state's resources must keep, and how a list is arranged so that it does.
 * Source: Pulumi's snapshot integrity check; both engines refuse a state that breaks a rule.
 */

const PROVIDER_TYPE = /^pulumi:providers:/;

interface Reference {
  readonly rule: string;
  readonly urn: string;
}

/** Throws an IntegrityError that names the URN and the rule. */
export function verifyIntegrity(resources: readonly ResourceState[]): void {
  const live = new Set<string>();
  const seen = new Set<string>();
  const providers = new Set<string>();
  const all = new Set(resources.map((resource) => resource.urn));
  for (const resource of resources) {
    const { urn } = resource;
    if (!resource.custom && resource.id) throw new IntegrityError(`${urn}: a component has an id`);
    if (PROVIDER_TYPE.test(resource.type)) {
      if (!resource.id) throw new IntegrityError(`${urn}: a provider has no id`);
      providers.add(providerReference(resource));
    }
    if (resource.provider && !providers.has(resource.provider) && !resource.pendingReplacement) {
      throw new IntegrityError(`${urn}: its provider ${resource.provider} does not stand before it`);
    }
    for (const { rule, urn: other } of references(resource)) {
      if (seen.has(other)) continue;
      throw new IntegrityError(`${urn}: its ${rule} ${other} ${all.has(other) ? "stands after it" : "is missing"}`);
    }
    if (!resource.delete) {
      if (live.has(urn)) throw new IntegrityError(`${urn}: two entries of one URN, neither marked for deletion`);
      live.add(urn);
    }
    seen.add(urn);
  }
}

/**
 * The same resources, so ordered that each stands after what it refers to, otherwise in the given order. References to
 * what is no longer there (a vanished object that a refresh dropped) are left out, as Pulumi's `state repair` does;
 * so is one reference of a cycle, which arises when only a part of a changed program was carried out.
 */
export function arrange(resources: readonly ResourceState[]): ResourceState[] {
  const index = new Entries(resources);
  const state = new Map<ResourceState, "open" | "placed">();
  const arranged: ResourceState[] = [];
  for (const root of resources) {
    const path: Visit[] = state.has(root) ? [] : [visit(root)];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.pending.pop();
      if (next === undefined) {
        state.set(top.entry, "placed");
        arranged.push(prune(top.entry, top.dropped, index));
        path.pop();
      } else if (!state.has(next)) {
        path.push(visit(next));
      } else if (state.get(next) === "open") {
        top.dropped.add(next.urn);
      }
    }
  }
  return arranged;

  function visit(entry: ResourceState): Visit {
    state.set(entry, "open");
    return { entry, pending: index.prerequisites(entry).reverse(), dropped: new Set() };
  }
}

interface Visit {
  readonly entry: ResourceState;
  /** What remains to be placed before it, last first. */
  readonly pending: ResourceState[];
  /** URNs that stand behind it because they depend on it in turn. */
  readonly dropped: Set<string>;
}

/** Entries by URN: several may share one while a replacement is under way. */
class Entries {
  readonly #live = new Map<string, ResourceState>();
  readonly #replaced = new Map<string, ResourceState>();
  readonly #providers = new Map<string, ResourceState>();

  constructor(resources: readonly ResourceState[]) {
    for (const resource of resources) {
      (resource.delete ? this.#replaced : this.#live).set(resource.urn, resource);
      if (PROVIDER_TYPE.test(resource.type)) this.#providers.set(providerReference(resource), resource);
    }
  }

  /** A replaced entry refers to the generation that it was made with, where that is still there. */
  find(urn: string, from: ResourceState): ResourceState | undefined {
    const [first, second] = from.delete ? [this.#replaced, this.#live] : [this.#live, this.#replaced];
    return first.get(urn) ?? second.get(urn);
  }

  prerequisites(entry: ResourceState): ResourceState[] {
    const provider = entry.provider === undefined ? undefined : this.#providers.get(entry.provider);
    const others = references(entry).map(({ urn }) => this.find(urn, entry));
    return [provider, ...others].filter((other) => other !== undefined);
  }
}

function prune(entry: ResourceState, dropped: ReadonlySet<string>, entries: Entries): ResourceState {
  const holds = (urn: string): boolean => !dropped.has(urn) && entries.find(urn, entry) !== undefined;
  if (references(entry).every(({ urn }) => holds(urn))) return entry;
  const { parent, deletedWith, ...rest } = entry;
  return {
    ...rest,
    ...(parent !== undefined && holds(parent) ? { parent } : {}),
    ...(deletedWith !== undefined && holds(deletedWith) ? { deletedWith } : {}),
    dependencies: entry.dependencies.filter(holds),
    propertyDependencies: Object.fromEntries(
      Object.entries(entry.propertyDependencies).map(([property, urns]) => [property, urns.filter(holds)]),
    ),
  };
}

function references(resource: ResourceState): Reference[] {
  const found: Reference[] = [];
  if (resource.parent) found.push({ rule: "parent", urn: resource.parent });
  for (const urn of resource.dependencies) found.push({ rule: "dependency", urn });
  for (const urns of Object.values(resource.propertyDependencies)) {
    for (const urn of urns) found.push({ rule: "property dependency", urn });
  }
  if (resource.deletedWith) found.push({ rule: "deletedWith", urn: resource.deletedWith });
  return found;
}

function providerReference(provider: ResourceState): string {
  return `${provider.urn}::${provider.id ?? ""}`;
}
