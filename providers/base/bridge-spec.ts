import type { Inventory, InventoryRequest } from "./inventory";
import type { CheckFailure } from "./provider";
import type { PropertyMap } from "./values";

/**
 * A resource type as a table: what `bridge.ts` needs to answer check, diff, read, create, update and delete
 * as a Terraform SDKv2 provider behind Pulumi's bridge does (rabbitmq, postgresql, random).
 * The field tables of the official providers are the source (`provider-info-*.json` in the recordings).
 */
export interface FieldSpec {
  readonly type: "bool" | "int" | "float" | "string" | "list" | "set" | "map";
  readonly required?: boolean;
  /** Set by the provider when the program does not; an unset one produces no diff. */
  readonly computed?: boolean;
  /** Set by the provider alone: a program that gives it is refused. */
  readonly outputOnly?: boolean;
  /** Handed to create and update, and kept nowhere: the output is null, a change of it alone is none. */
  readonly writeOnly?: boolean;
  /** A change replaces the resource. */
  readonly forceNew?: boolean;
  /** The output is always secret. */
  readonly sensitive?: boolean;
  /**
   * What an unset field means. Check fills it in and lists it in `__defaults`; a zero (`false`, `0`, `""`) is not
   * filled in, it only shows in outputs.
   */
  readonly default?: boolean | number | string;
  /** Provider configuration: environment variables that give the value when the program does not, first match. */
  readonly env?: readonly string[];
  /** Members of a list, set or map; strings when absent. */
  readonly element?: FieldSpec | FieldTable;
  /** A list of at most one block, which Pulumi flattens to an object. */
  readonly maxItemsOne?: boolean;
  /** The Terraform name where it is not the snake_case form, or where Pulumi renames (`policies` → `policy`). */
  readonly renamedFrom?: string;
  /** Judges one input; returns why it is wrong. */
  readonly validate?: (value: never) => string | undefined;
  /** Old and new mean the same although they differ. */
  readonly suppressDiff?: (oldValue: unknown, newValue: unknown) => boolean;
  /** What an unset field reads as in outputs, when it is neither `null` nor its zero default. */
  readonly zero?: boolean | number | string | readonly never[];
}

export type FieldTable = Readonly<Record<string, FieldSpec>>;

export interface Created {
  readonly id?: string;
  /** Properties that the provider sets and that cannot be read back. */
  readonly state?: PropertyMap;
}

/** `state` and `inputs` are plain values: no secrets, no unknowns, `__defaults` removed, every field present or null. */
export interface ResourceSpec<Client> {
  readonly fields: FieldTable;
  /** The provider always deletes before it creates a replacement (postgresql Grant). */
  readonly deleteBeforeReplace?: boolean;
  /** The property that is autonamed (`<logical>-<7 hex>`) when the program leaves it out. */
  readonly autoname?: string;
  /** Judges the inputs as a whole: what no single field can tell. Not called while inputs are unknown. */
  readonly validate?: (inputs: PropertyMap) => readonly { property: string; reason: string }[];
  /** The id, from inputs with defaults filled in; undefined when only the creation tells it. */
  readonly id: (inputs: PropertyMap) => string | undefined;
  /**
   * Makes the object. `exists` is to be called once the object stands and more is to be done: a failure after it saves
   * the resource as created in part, instead of losing it. Returns the id where `id` cannot tell it, or more that only
   * the creation can tell.
   */
  readonly create: (client: Client, inputs: PropertyMap, exists: () => void) => Promise<Created | string | void>;
  /** The live object's properties, or undefined when it does not exist. `known` is the last state, absent in an import. */
  readonly read: (client: Client, id: string, known: PropertyMap | undefined) => Promise<PropertyMap | undefined>;
  readonly update: (client: Client, id: string, inputs: PropertyMap, state: PropertyMap) => Promise<void>;
  /** May return, a sentence each, what is left and not undone. */
  readonly delete: (client: Client, id: string, state: PropertyMap) => Promise<readonly string[] | void>;
}

/** A provider: its configuration, its resources and how its server is reached. */
export interface BridgeOptions<Client> {
  /** `rabbitmq`. */
  readonly package: string;
  /** The provider's own configuration. */
  readonly config: FieldTable;
  /** Judges the configuration as a whole; values are plain, every property present or null. Not called in part unknown. */
  readonly validateConfig?: (config: PropertyMap) => readonly CheckFailure[];
  /** By type token. */
  readonly resources: Readonly<Record<string, ResourceSpec<Client>>>;
  /** Called at the first need, so that a preview and a diff need no server. Values are plain and complete. */
  readonly connect: (config: PropertyMap) => Promise<Client>;
  readonly disconnect: (client: Client) => Promise<void>;
  /** Functions by token; arguments are plain. */
  readonly invokes?: Readonly<Record<string, (client: Client, args: PropertyMap) => Promise<PropertyMap>>>;
  /** What exists beside what is declared. */
  readonly inventory?: (client: Client, request: InventoryRequest) => Promise<Inventory>;
}
