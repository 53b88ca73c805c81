import type { ResourceState } from "./resource-state";

/** The registrations of a program: which are under way, and what is below a component. */
export class Registrations {
  /** By the parent's URN. */
  private readonly underway = new Map<string, Set<Promise<unknown>>>();

  constructor(private readonly current: ReadonlyMap<string, ResourceState>) {}

  /** Follows the registration of a child. */
  async track<T>(parent: string, work: Promise<T>): Promise<T> {
    const siblings = this.underway.get(parent) ?? new Set();
    this.underway.set(parent, siblings.add(work));
    try {
      return await work;
    } finally {
      siblings.delete(work);
      if (siblings.size === 0) this.underway.delete(parent);
    }
  }

  /** Whether a resource is one of the roots, or in a component that is, at any depth. */
  isBelow(urn: string, roots: ReadonlySet<string>): boolean {
    if (roots.has(urn)) return true;
    const parent = this.current.get(urn)?.parent;
    return parent !== undefined && this.current.get(parent)?.custom === false && this.isBelow(parent, roots);
  }

  /** Resolves once nothing is being registered below the roots: while one child comes, it may bring others. */
  async settledBelow(roots: ReadonlySet<string>): Promise<void> {
    for (;;) {
      const waitFor = [...this.underway]
        .filter(([parent]) => this.isBelow(parent, roots))
        .flatMap(([, all]) => [...all]);
      if (waitFor.length === 0) return;
      await Promise.allSettled(waitFor);
    }
  }
}
