import type { TakeInventory } from "./inventory";
import type { PropertyMap } from "./values";

/**
 * What a resource provider is, independent of how it is reached: the embedded engine calls it in-process,
 * Pulumi's own CLI over gRPC (`serve.ts`). The methods and their meaning are those of `pulumirpc.ResourceProvider`.
 *
 * Values arrive with secrets and unknowns marked and may be returned so. A method fails by throwing; the message
 * names the object and what to do, and never holds a secret.
 */
export interface ResourceProvider {
  /**
   * Validates the provider's own configuration and fills in its defaults. As on the wire and in the state, every value
   * that is not a string is a JSON-encoded string (`"5432"`, `"true"`, `"[…]"`), here, in `diffConfig` and in `configure`.
   */
  checkConfig(request: CheckRequest): Promise<CheckResult>;
  diffConfig(request: DiffRequest): Promise<DiffResult>;
  /** Called once, before anything else but `checkConfig` and `diffConfig`; the inputs hold no unknowns. */
  configure(inputs: PropertyMap): Promise<void>;

  check(request: CheckRequest): Promise<CheckResult>;
  diff(request: DiffRequest): Promise<DiffResult>;
  create(request: CreateRequest): Promise<CreateResult>;
  /** Reads the live object, for refresh and import. `undefined` when it does not exist. */
  read(request: ReadRequest): Promise<ReadResult | undefined>;
  update(request: UpdateRequest): Promise<UpdateResult>;
  /** An object that is gone already is a success. May return, a sentence each, what is left and not undone. */
  delete(request: DeleteRequest): Promise<readonly string[] | void>;
  invoke(request: InvokeRequest): Promise<InvokeResult>;
  /** The object that a creation with these (checked) inputs would make; tells how an interrupted creation is resolved. */
  identify(request: IdentifyRequest): Identity;

  /** Absent where nothing can exist beside what is declared, and on plugins. */
  readonly inventory?: TakeInventory;

  /** Releases what it keeps for its next call: nothing of it keeps the process alive then. Absent where that is nothing. */
  rest?(): void;
  /** Releases connections. The provider is not used afterwards. */
  close(): Promise<void>;
}

export type Identity =
  /** The id follows from the inputs: `read` tells whether the object exists. */
  | { readonly kind: "id"; readonly id: string }
  /** Nothing exists outside the state (a key, a password): an interrupted creation is simply run again. */
  | { readonly kind: "local" }
  /** The object cannot be found from its inputs: an interrupted creation stays pending. */
  | { readonly kind: "opaque" };

interface ResourceRequest {
  readonly urn: string;
  /** The type token, `rabbitmq:index/user:User`. */
  readonly type: string;
  /** The logical name. */
  readonly name: string;
  /** Limit from `customTimeouts`, in seconds. */
  readonly timeoutSeconds?: number;
}

export interface CheckRequest extends ResourceRequest {
  /** What the program asked for. */
  readonly inputs: PropertyMap;
  /** The checked inputs of the last update; absent for a new resource and for a replacement. */
  readonly oldInputs?: PropertyMap;
  /** 32 bytes that stay the same for one resource within one operation and its saved plan: for autonaming. */
  readonly randomSeed?: Uint8Array;
}

export interface CheckFailure {
  /** The property path, `permissions.read`; empty for the resource as a whole. */
  readonly property: string;
  readonly reason: string;
}

export interface CheckResult {
  /** The inputs with defaults filled in; what goes into the state. */
  readonly inputs: PropertyMap;
  readonly failures: readonly CheckFailure[];
}

export interface DiffRequest extends ResourceRequest {
  readonly id: string;
  readonly oldInputs: PropertyMap;
  readonly oldOutputs: PropertyMap;
  /** Checked inputs, with unknowns in a preview. */
  readonly inputs: PropertyMap;
  readonly ignoreChanges?: readonly string[];
}

export type DiffKind = "add" | "add-replace" | "delete" | "delete-replace" | "update" | "update-replace";

export interface PropertyDiff {
  readonly kind: DiffKind;
  /** True when the old side is an input, not an output. */
  readonly inputDiff: boolean;
}

export interface DiffResult {
  /** `undefined` when the provider cannot tell: the engine then compares inputs. */
  readonly changes: boolean | undefined;
  /** Top-level properties whose change forces a replacement. */
  readonly replaces: readonly string[];
  /** Top-level properties that changed. */
  readonly diffs: readonly string[];
  readonly deleteBeforeReplace?: boolean;
  /** By property path: `permissions.read`, `privileges[1]`. Absent when the provider gives none (tls). */
  readonly detailedDiff?: Readonly<Record<string, PropertyDiff>>;
}

export interface CreateRequest extends ResourceRequest {
  readonly inputs: PropertyMap;
  /** In a preview nothing is touched and outputs that are not yet known are UNKNOWN; the id may be empty. */
  readonly preview: boolean;
}

export interface CreateResult {
  readonly id: string;
  readonly outputs: PropertyMap;
}

export interface ReadRequest extends ResourceRequest {
  readonly id: string;
  /** Absent in an import. */
  readonly inputs?: PropertyMap;
  readonly outputs?: PropertyMap;
}

export interface ReadResult {
  readonly id: string;
  /** Inputs as they would have to be declared for the object as it is. */
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
}

export interface UpdateRequest extends ResourceRequest {
  readonly id: string;
  readonly oldInputs: PropertyMap;
  readonly oldOutputs: PropertyMap;
  readonly inputs: PropertyMap;
  readonly ignoreChanges?: readonly string[];
  readonly preview: boolean;
}

export interface UpdateResult {
  readonly outputs: PropertyMap;
}

export interface DeleteRequest extends ResourceRequest {
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
}

export interface IdentifyRequest extends ResourceRequest {
  readonly inputs: PropertyMap;
}

export interface InvokeRequest {
  readonly token: string;
  readonly args: PropertyMap;
}

export interface InvokeResult {
  readonly result: PropertyMap;
  readonly failures: readonly CheckFailure[];
}

/** What failed for one object, with the reason by itself: it may be the same for many. */
export class ObjectError extends Error {
  constructor(
    what: string,
    readonly reason: string,
  ) {
    super(`${what}: ${reason}`);
    this.name = "ObjectError";
  }
}

/**
 * A creation or update that happened in part: the object exists (it has an id) and is saved with `reasons`,
 * which make the next update repair it. Source: `pulumirpc.ErrorResourceInitFailed`.
 */
export class InitError extends Error {
  constructor(
    readonly id: string,
    readonly outputs: PropertyMap,
    readonly reasons: readonly string[],
  ) {
    super(reasons.join("; "));
    this.name = "InitError";
  }
}

/** How an engine obtains a provider: by package name (`rabbitmq`), one instance a configured provider resource. */
export type ProviderFactory = () => ResourceProvider | Promise<ResourceProvider>;
