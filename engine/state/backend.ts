import type { StepOp } from "../events";
import type { PropertyMap } from "../../providers/base/values";
import type { Snapshot, StateRecorder } from "../resource-state";

/** Where stacks are kept. Implemented by `openBackend` (`stack.ts`) over a folder. */
export interface Backend {
  /** As it was opened: `file://…`. */
  readonly url: string;
  /** All stacks, or those of one project, by name. Needs no passphrase. One that cannot be read is left out, with a notice. */
  list(project?: string): Promise<readonly StackSummary[]>;
  stack(project: string, name: string): Stack;
}

export interface StackReference {
  readonly project: string;
  readonly name: string;
}

export interface StackSummary extends StackReference {
  readonly resourceCount: number;
  /** RFC 3339; absent on a stack that was never updated. */
  readonly lastUpdate?: string;
  /** A lock lies on the stack. */
  readonly updateInProgress: boolean;
}

/** Methods that need the stack fail with a StackNotFoundError when it does not exist. */
export interface Stack extends StackReference {
  exists(): Promise<boolean>;
  /** Makes an empty stack whose secrets are encrypted under `salt` (a Keyring's `create`). */
  create(salt: string): Promise<void>;
  /** Refused while the stack has resources, unless forced. A backup of the state stays. */
  remove(options?: { readonly force?: boolean }): Promise<void>;
  /** The salt in the state, which a lost `encryptionsalt` can be restored from. */
  salt(): Promise<string | undefined>;
  /** The state as it is now, without a lock; what a killed run left in its journal is included. */
  read(): Promise<Snapshot>;
  /** What its program exported; needs no passphrase unless something of that is secret. */
  outputs(): Promise<PropertyMap>;
  /** What `stack export` prints; secrets as ciphertexts unless `showSecrets`. */
  export(options?: { readonly showSecrets?: boolean }): Promise<Deployment>;
  /** Replaces the state by what `stack export` printed, of this or of Pulumi's own CLI. */
  import(deployment: unknown, options?: ImportOptions): Promise<void>;
  /** Most recent first. */
  history(): Promise<readonly HistoryEntry[]>;
  /** Removes every lock and tells whose they were. */
  cancel(): Promise<readonly string[]>;
  /**
   * Takes the lock and opens the journal; what a killed run left is first made part of the state.
   * `salt` is the configuration's `encryptionsalt`; where it differs from the state's, secrets move to it.
   */
  beginUpdate(kind: UpdateKind, salt?: string): Promise<Update>;
}

export interface ImportOptions {
  /** What secrets are encrypted under; otherwise the salt of the state that is replaced. */
  readonly salt?: string;
  /** Also take another stack's resources; put entries in order and leave out references to what is not there. */
  readonly force?: boolean;
  /** For the history. */
  readonly config?: Readonly<Record<string, unknown>>;
}

export type UpdateKind = "update" | "refresh" | "destroy" | "import" | "resource-import";

/** An update under way. Exactly one of `finish` and `abandon` is called, also after a failure. */
export interface Update {
  readonly snapshot: Snapshot;
  readonly recorder: StateRecorder;
  /**
   * Writes state, history and backup, removes the journal and releases the lock. When it fails, the journal stays and
   * the next run goes on from it.
   */
  finish(outcome: UpdateOutcome): Promise<void>;
  /** Releases the lock and leaves the journal for the next run. */
  abandon(): Promise<void>;
}

export interface UpdateOutcome {
  readonly result: "succeeded" | "failed";
  readonly changes: Readonly<Partial<Record<StepOp, number>>>;
  /** As the history holds it: secrets encrypted (`StackConfigFile.forHistory`). */
  readonly config: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

/** One update as `history/` holds it. Times are Unix seconds. Source: Pulumi's `backend.UpdateInfo`. */
export interface HistoryEntry {
  readonly kind: string;
  readonly startTime: number;
  readonly message: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly config: Readonly<Record<string, unknown>>;
  readonly version: number;
  readonly result: string;
  readonly endTime: number;
  readonly resourceChanges?: Readonly<Partial<Record<StepOp, number>>>;
}

/** Source: Pulumi's `apitype.UntypedDeployment` with a `DeploymentV3`. */
export interface Deployment {
  readonly version: number;
  readonly features?: readonly string[];
  readonly deployment: Readonly<Record<string, unknown>>;
}
