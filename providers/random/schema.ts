import type { Attribute, AttributeTable } from "../base/framework-spec";
import { isPropertyMap, Unknown } from "../base/values";
import type { PropertyMap, Value } from "../base/values";

/** The field tables of the official provider (hashicorp/random 3.x behind @pulumi/random 4.x). */

const isEmpty = (value: Value): boolean => !isPropertyMap(value) || Object.keys(value).length === 0;

/** Every change of a value makes the result anew, except between none and an empty map. */
export const KEEPERS: Attribute = {
  type: "stringMap",
  from: "optional",
  replaces: (planned, old) => !(isEmpty(planned) && isEmpty(old)),
};

export const computed: Attribute = { type: "string", from: "computed", keepsState: true };

const atLeast =
  (least: number) =>
  (value: number): string | undefined =>
    value < least ? `is ${value}, the least is ${least}` : undefined;

/** A number of things, at least one. */
export const positive: Attribute = { type: "int", from: "required", replaces: true, validate: atLeast(1) };

/** What a seed gives follows from the official provider's own generator. */
export const SEED = { seed: "results of a seed cannot be had here; leave it out, the result stays as it is anyhow" };

const flag: Attribute = { type: "bool", from: "optional+computed", default: true, replaces: true };
const minimum: Attribute = {
  type: "int",
  from: "optional+computed",
  default: 0,
  replaces: true,
  validate: atLeast(0),
};

/** `number` is the old name of `numeric`: each takes the other's value, and both are true when neither is given. */
const digits: Attribute = {
  type: "bool",
  from: "optional+computed",
  replaces: true,
  plan: (_, { numeric, number }) => numeric ?? number ?? true,
};

/** States of provider versions with a fault hold an empty string where none was asked for. */
const replacesSpecial = (planned: Value, old: Value): boolean =>
  !(planned instanceof Unknown) && (planned !== null || old !== "");

export const STRING: AttributeTable = {
  keepers: KEEPERS,
  length: positive,
  special: flag,
  upper: flag,
  lower: flag,
  number: digits,
  numeric: digits,
  minNumeric: minimum,
  minUpper: minimum,
  minLower: minimum,
  minSpecial: minimum,
  overrideSpecial: { type: "string", from: "optional", replaces: replacesSpecial },
  result: computed,
  id: computed,
};

const MINIMUMS = ["minNumeric", "minUpper", "minLower", "minSpecial"] as const;

export function judgeComposition(inputs: PropertyMap): { property: string; reason: string }[] {
  const { length, number, numeric } = inputs;
  const failures = [];
  const demanded = MINIMUMS.map((name) => inputs[name]).reduce<number>(
    (sum, n) => sum + (typeof n === "number" ? n : 0),
    0,
  );
  if (typeof length === "number" && length < demanded) {
    failures.push({
      property: "length",
      reason: `length is ${length}, less than the sum ${demanded} of ${MINIMUMS.join(", ")}`,
    });
  }
  if (typeof number === "boolean" && typeof numeric === "boolean" && number !== numeric) {
    failures.push({ property: "number", reason: "number and numeric differ; number is deprecated, leave it out" });
  }
  const sets = [inputs["special"], inputs["upper"], inputs["lower"], numeric ?? number];
  if (sets.every((set) => set === false)) {
    failures.push({ property: "numeric", reason: "at least one of special, upper, lower and numeric must be true" });
  }
  return failures;
}
