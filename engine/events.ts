import type { PropertyDiff } from "../providers/base/provider";
import type { PropertyMap } from "../providers/base/values";
import type { ResourceState } from "./resource-state";

/** The steps of Pulumi's engine that this one takes. */
export type StepOp =
  | "same"
  | "create"
  | "update"
  | "delete"
  | "replace"
  | "create-replacement"
  | "delete-replaced"
  | "read"
  | "read-replacement"
  | "discard"
  | "discard-replaced"
  | "refresh"
  | "import"
  | "import-replacement"
  | "remove-pending-replace";

export interface StepInfo {
  readonly op: StepOp;
  readonly urn: string;
  readonly type: string;
  /** `<provider urn>::<id>`; empty for components. */
  readonly provider: string;
  readonly old?: ResourceState;
  readonly new?: ResourceState;
  /** Properties that forced a replacement. */
  readonly replaceReasons?: readonly string[];
  /** Top-level properties that changed. */
  readonly diffReasons?: readonly string[];
  readonly detailedDiff?: Readonly<Record<string, PropertyDiff>>;
  /** Changed inputs by the resources of this operation that they come from; an input that is not here changed by itself. */
  readonly because?: Readonly<Record<string, readonly string[]>>;
  /** 32 bytes that names of the resource were made from; part of a saved plan. */
  readonly seed?: Uint8Array;
  /** A `refresh` step's finding: what the refresh itself turned out to be. */
  readonly refreshOp?: "same" | "update" | "delete";
}

export type Severity = "debug" | "info" | "info#err" | "warning" | "error";

/** What happens during an operation, in order, for displays. Secrets in it are still marked. */
export type EngineEvent =
  | { readonly kind: "prelude"; readonly config: Readonly<Record<string, string>> }
  | { readonly kind: "step-start"; readonly planning: boolean; readonly step: StepInfo }
  | { readonly kind: "step-done"; readonly planning: boolean; readonly step: StepInfo; readonly seconds: number }
  | { readonly kind: "step-failed"; readonly planning: boolean; readonly step: StepInfo; readonly seconds: number }
  /** A component, or the stack itself, has said what its outputs are. */
  | { readonly kind: "outputs"; readonly urn: string; readonly outputs: PropertyMap }
  | {
      readonly kind: "diagnostic";
      readonly urn?: string;
      readonly severity: Severity;
      readonly message: string;
      readonly ephemeral?: boolean;
    }
  /** A violated policy; what concerns the whole stack has no URN. */
  | {
      readonly kind: "policy";
      readonly urn?: string;
      readonly pack: string;
      readonly packVersion: string;
      readonly policy: string;
      readonly level: "advisory" | "mandatory";
      readonly severity?: "low" | "medium" | "high" | "critical";
      readonly message: string;
    }
  /** A policy changed the inputs of a resource. */
  | {
      readonly kind: "policy-remediation";
      readonly urn: string;
      readonly pack: string;
      readonly packVersion: string;
      readonly policy: string;
      readonly before: PropertyMap;
      readonly after: PropertyMap;
    }
  | {
      readonly kind: "summary";
      readonly planning: boolean;
      readonly seconds: number;
      /** Counts by step; providers that the program did not name (default providers) and refresh steps do not count. */
      readonly changes: Readonly<Partial<Record<StepOp, number>>>;
      readonly failed: boolean;
      readonly cancelled: boolean;
      /** The stack's outputs before and after; after is absent when the program did not end well. */
      readonly oldOutputs: PropertyMap;
      readonly outputs?: PropertyMap;
      /** Versions of the policy packs that ran, by `<name>|local|<folder>`. */
      readonly policyPacks?: Readonly<Record<string, string>>;
    };
