import type { PropertyMap } from "../../providers/base/values";
import type { Declared } from "./stack";

/** What a rule says of a stack. */
export interface Case {
  readonly rule: string;
  readonly when: string;
  readonly stack: readonly Declared[];
  readonly outputs?: PropertyMap;
  /** The resource that is reported and what is said of it; none: the rule holds. */
  readonly fault?: readonly [name: string, words: RegExp];
}
