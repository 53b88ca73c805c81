import type { PropertyMap } from "./values";

/**
 * What exists beside what is declared: the half of drift that reading declared objects cannot see. A provider looks
 * around the resources that it is told of and compares what it finds with all that is declared; it changes nothing.
 */
export type TakeInventory = (request: InventoryRequest) => Promise<Inventory>;

/** A resource as a state holds it. Of other stacks, encrypted values are not opened. */
export interface DeclaredResource {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
  /** Configuration of its provider: where the object is. */
  readonly config: PropertyMap;
  readonly ignoreChanges: readonly string[];
}

export interface InventoryRequest {
  /** Resources of this provider that could be read: what is around these is looked at. */
  readonly resources: readonly DeclaredResource[];
  /** All that is declared in any stack of the backend, by any provider; the resources above are among it. */
  readonly declared: readonly DeclaredResource[];
}

export interface Inventory {
  readonly undeclared: readonly UndeclaredObject[];
  /** What of declared resources the server lets this operator not read. */
  readonly notCheckable: readonly NotCheckable[];
  /** Properties that differ from their declaration because another resource declares the difference. */
  readonly explained?: readonly { readonly urn: string; readonly path: string }[];
  /** What could not be looked at, as a host is down. */
  readonly failures: readonly { readonly object: string; readonly reason: string }[];
}

export const EMPTY_INVENTORY: Inventory = { undeclared: [], notCheckable: [], failures: [] };

export interface NotCheckable {
  readonly urn: string;
  readonly path: string;
  readonly reason: string;
}

export type DriftSeverity = "high" | "medium" | "low";

/** An object that nobody declared. Kind, name and place together are its identity. */
export interface UndeclaredObject {
  /** `user`, `grant`, `file`. */
  readonly kind: string;
  /** As the server has it: `mallory`, `SELECT on table public.actions to mallory`. */
  readonly name: string;
  /** The server, database or host that it is on. */
  readonly place: string;
  /** What it is like, in one line, without secrets. */
  readonly found: string;
  readonly severity: DriftSeverity;
  /** Takes it away. What hangs on other objects has an earlier turn than they: a role goes after its rights. */
  readonly remove: { readonly where: string; readonly command: string; readonly turn: Turn };
  /** How it is taken into a stack, where an id tells all of it. */
  readonly import?: { readonly type: string; readonly name: string; readonly id: string };
}

export type Turn = 1 | 2 | 3;
