import type { PropertyDiff } from "../../providers/base/provider";
import { containsSecret, equalValues, isPropertyMap, Secret } from "../../providers/base/values";
import type { Value } from "../../providers/base/values";
import type { StepInfo } from "../events";
import { coversPath, parsePropertyPath } from "../property-path";
import type { PropertyPath } from "../property-path";
import type { ResourceState } from "../resource-state";
import type { Finding } from "./finding";
import { shown } from "./shown";

type Difference = Pick<Finding, "kind" | "path" | "declared" | "actual" | "severity">;

/** What a refresh of one resource found, a difference each. `step` is that of the refresh: old is what the state says. */
export function differences(step: StepInfo): readonly Difference[] {
  const { old, new: found, refreshOp, detailedDiff = {} } = step;
  if (old === undefined || refreshOp === undefined || refreshOp === "same") return [];
  if (refreshOp === "delete") {
    return [{ kind: "missing", path: "", declared: "exists", actual: null, severity: "high" }];
  }
  // What the program leaves to others is nobody's to judge; what is only looked up is not ours.
  if (found === undefined || old.external === true) return [];
  const ignored = (old.ignoreChanges ?? []).map(parsePropertyPath);
  const all = new Map<string, Difference>();
  for (const [text, diff] of Object.entries(detailedDiff)) {
    const path = parsePropertyPath(text);
    if (ignored.some((pattern) => coversPath(pattern, path))) continue;
    const difference = differenceAt(path, diff, old, found);
    all.set(difference.path, difference);
  }
  return [...all.values()];
}

function differenceAt(
  path: PropertyPath,
  { kind }: PropertyDiff,
  old: ResourceState,
  found: ResourceState,
): Difference {
  const { told, at } = nameable(path, old, found);
  const { declared, actual } = sidesAt(at, old, found);
  const block = valueAt(at.slice(0, -1), old.inputs);
  const gone = kind.startsWith("delete") && isPropertyMap(plain(declared));
  const grave = gone || containsSecret(block ?? null) || containsSecret(declared ?? null);
  return {
    kind: gone ? "missing" : "changed",
    path: told,
    declared: gone ? "exists" : shown(declared),
    actual: gone ? null : shown(actual),
    severity: grave ? "high" : "medium",
  };
}

/**
 * Inputs say what is declared, and after a refresh what it would take to declare what was found; what is in neither is
 * in outputs.
 */
function sidesAt(path: PropertyPath, old: ResourceState, found: ResourceState) {
  const told = ({ inputs, outputs }: ResourceState) => valueAt(path, inputs) ?? valueAt(path, outputs);
  const [declared, actual] = [told(old), told(found)];
  if (!equalValues(declared ?? null, actual ?? null)) return { declared, actual };
  const [before, now] = [valueAt(path, old.outputs), valueAt(path, found.outputs)];
  // What a failed update has left is in the state already; nobody has declared it.
  return equalValues(before ?? null, now ?? null)
    ? { declared: undefined, actual: now }
    : { declared: before, actual: now };
}

function valueAt(path: PropertyPath, value: Value): Value | undefined {
  return path.reduce<Value | undefined>(member, value);
}

/**
 * A path as it is told, and as far as it means the same on both sides: the members of a list move when one goes, so
 * that a list is told as a whole unless its members have names or paths of their own (`files["/etc/mig/api.cfg"]`).
 */
function nameable(path: PropertyPath, old: ResourceState, found: ResourceState): { told: string; at: PropertyPath } {
  let told = "";
  for (const [index, part] of path.entries()) {
    if (typeof part === "string") {
      told += /^[\w$]+$/.test(part) ? `${told === "" ? "" : "."}${part}` : `[${JSON.stringify(part)}]`;
      continue;
    }
    const upTo = path.slice(0, index + 1);
    const name = nameOf(valueAt(upTo, old.inputs)) ?? nameOf(valueAt(upTo, found.inputs));
    if (name === undefined) return { told, at: path.slice(0, index) };
    told += `[${JSON.stringify(name)}]`;
  }
  return { told, at: path };
}

function nameOf(value: Value | undefined): string | undefined {
  const map = plain(value);
  if (!isPropertyMap(map)) return undefined;
  const name = plain(map["path"] ?? map["name"]);
  return typeof name === "string" ? name : undefined;
}

function plain(value: Value | undefined): Value | undefined {
  return value instanceof Secret ? value.value : value;
}

/** A member stays secret when the whole is. */
function member(value: Value | undefined, part: string | number): Value | undefined {
  const whole = plain(value);
  const found = Array.isArray(whole)
    ? (whole[Number(part)] as Value | undefined)
    : isPropertyMap(whole)
      ? whole[String(part)]
      : undefined;
  return value instanceof Secret && found !== undefined && !(found instanceof Secret) ? new Secret(found) : found;
}
