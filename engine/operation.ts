import type { ProviderFactory } from "../providers/base/provider";
import type { PropertyMap } from "../providers/base/values";
import type { EngineEvent, StepOp } from "./events";
import type { Plan } from "./plan";
import type { Snapshot, StateRecorder } from "./resource-state";

/** A Pulumi program: run once an operation, inside the embedded engine. */
export interface ProgramInfo {
  readonly project: string;
  readonly organization: string;
  readonly stack: string;
  /** The folder of Pulumi.yaml, absolute. */
  readonly root: string;
  /** Where the program runs and has its packages, absolute: the folder that `main` of Pulumi.yaml names or lies in. */
  readonly directory: string;
  /** What to load: a module's file or folder, absolute (`main` of Pulumi.yaml); or the program itself. */
  readonly entry: string | (() => unknown);
}

/** Stack configuration with values in clear; `secretKeys` tells which may not be shown. Keys are `project:key`. */
export interface StackConfig {
  readonly values: ReadonlyMap<string, string>;
  readonly secretKeys: ReadonlySet<string>;
}

export interface OperationOptions {
  /** Provider calls at once. */
  readonly parallel: number;
  /** URNs, with `*` and `**` as in Pulumi; empty: all. */
  readonly targets: readonly string[];
  /** With targets: what depends on them as well (`--target-dependents`). */
  readonly targetDependents?: boolean;
  /** URNs to leave as they are, patterns as for targets; `excludeDependents`: and what depends on them. */
  readonly excludes?: readonly string[];
  readonly excludeDependents?: boolean;
  /** URNs to replace although nothing changed (`--replace`); patterns as for targets. */
  readonly replace?: readonly string[];
  /** In a destroy: leave what is protected, and what that depends on. */
  readonly excludeProtected?: boolean;
  /** After a failure, go on with what does not depend on it. Nothing undeclared is deleted then. */
  readonly continueOnError?: boolean;
  /** Forget interrupted creations that cannot be looked for. */
  readonly clearPendingCreates?: boolean;
  /** In a destroy and a refresh: run the program first, for its hooks and for how servers are reached by now. */
  readonly runProgram?: boolean;
  /** Read every resource before deciding (`--refresh`). */
  readonly refresh: boolean;
}

/** Plugins: providers in processes of their own. */
export interface PluginOptions {
  /** Also for packages that a built-in provider serves. */
  readonly official: boolean;
  /** `plugins.providers` of Pulumi.yaml. */
  readonly project: readonly ProjectPlugin[];
  /** PATH, HOME, PULUMI_HOME and PULUMI_IGNORE_AMBIENT_PLUGINS tell where others lie. */
  readonly environment: NodeJS.ProcessEnv;
}

/** A policy pack (`--policy-pack`): its folder, and a JSON file that configures it. */
export interface PolicyPackOptions {
  readonly path: string;
  readonly config?: string | undefined;
}

export interface ProjectPlugin {
  readonly name: string;
  /** A folder or an executable, absolute. */
  readonly path: string;
  readonly version?: string;
}

/** An object that exists, to be taken into the state. */
export interface ImportSpec {
  readonly type: string;
  readonly name: string;
  /** Absent: a component, which is nothing but a parent. */
  readonly id?: string;
  /** URN; absent: the stack itself. */
  readonly parent?: string;
  /** URN of a provider in the state; absent: the default provider of the package. */
  readonly provider?: string;
  readonly version?: string;
  readonly protect: boolean;
}

export interface OperationRequest {
  readonly kind: "preview" | "up" | "refresh" | "destroy" | "import";
  /** Decide and report, touch nothing: previews of any kind. */
  readonly dryRun: boolean;
  readonly program: ProgramInfo;
  readonly config: StackConfig;
  readonly snapshot: Snapshot;
  /** Ignored in a dry run. */
  readonly recorder: StateRecorder;
  /** Built-in providers by package name. */
  readonly providers: ReadonlyMap<string, ProviderFactory>;
  /** The outputs of another stack, for StackReference; undefined when there is no such stack. */
  readonly readStack?: (name: string) => Promise<PropertyMap | undefined>;
  /** Of an import: what to take into the state, parents before their children. */
  readonly imports?: readonly ImportSpec[];
  /** What the operation is held to (`up --plan`). */
  readonly plan?: Plan;
  /** Absent: built-in providers and dynamic ones only. */
  readonly plugins?: PluginOptions;
  readonly policyPacks?: readonly PolicyPackOptions[];
  readonly options: OperationOptions;
  readonly onEvent: (event: EngineEvent) => void;
  /** First abort: no new steps are begun, running ones complete. */
  readonly signal: AbortSignal;
}

export interface OperationResult {
  readonly changes: Readonly<Partial<Record<StepOp, number>>>;
  readonly failed: boolean;
  readonly cancelled: boolean;
  readonly outputs: PropertyMap;
}
