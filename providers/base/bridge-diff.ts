import { blockOf, elementOf, fieldsOf, isNothing, isZero, joinPath, withoutDefaults } from "./bridge-fields";
import type { FieldSpec, FieldTable } from "./bridge-spec";
import type { DiffKind, PropertyDiff } from "./provider";
import { containsUnknown, equalValues, isPropertyMap, reveal, type PropertyMap, type Value } from "./values";

export type DetailedDiff = Readonly<Record<string, PropertyDiff>>;

/** The leaf changes that lead from the state (`old`) to the checked inputs (`wanted`), by property path. */
export function detailedDiff(table: FieldTable, old: PropertyMap, wanted: PropertyMap): DetailedDiff {
  const found: Record<string, PropertyDiff> = {};
  const report = (path: string, change: "add" | "delete" | "update", replace: boolean): void => {
    const kind: DiffKind = replace ? `${change}-replace` : change;
    found[path] = { kind, inputDiff: false };
  };
  const plainOld = reveal(withoutDefaults(old)) as PropertyMap;
  const plainWanted = reveal(withoutDefaults(wanted)) as PropertyMap;
  diffBlock(table, plainOld, plainWanted, "", false, report);
  return found;
}

/** `permissions.read` → `permissions`. */
export function topLevel(path: string): string {
  return /^[^.[]+/.exec(path)?.[0] ?? path;
}

type Report = (path: string, change: "add" | "delete" | "update", replace: boolean) => void;

function diffBlock(
  table: FieldTable,
  old: PropertyMap,
  wanted: PropertyMap,
  path: string,
  replace: boolean,
  report: Report,
): void {
  for (const [name, field] of fieldsOf(table)) {
    if (field.outputOnly || field.writeOnly || (field.computed && isNothing(wanted[name]))) continue;
    const forced = replace || field.forceNew === true;
    // A zero default is not filled in by check, but it is what the plan has: `true` to unset is an update.
    diffValue(field, old[name], wanted[name] ?? field.default, joinPath(path, name), forced, report);
  }
}

function diffValue(
  field: FieldSpec,
  old: Value | undefined,
  wanted: Value | undefined,
  path: string,
  replace: boolean,
  report: Report,
): void {
  if (isNothing(old) || isNothing(wanted)) {
    // Terraform's SDK does not tell "not set" from the zero of the type.
    if (isZero(old) && isZero(wanted)) return;
    const forced = replace || hasForceNew(field);
    if (isNothing(old)) report(path, "add", forced);
    else report(path, "delete", forced);
    return;
  }
  const block = blockOf(field);
  if (block && isPropertyMap(old) && isPropertyMap(wanted)) {
    diffBlock(block, old, wanted, path, replace, report);
  } else if (field.type === "set" && Array.isArray(old) && Array.isArray(wanted) && !containsUnknown(wanted)) {
    diffSet(elementOf(field), old, wanted, path, replace, report);
  } else if (field.type === "list" && Array.isArray(old) && Array.isArray(wanted)) {
    for (let i = 0; i < Math.max(old.length, wanted.length); i++) {
      diffMember(elementOf(field), old[i], wanted[i], joinPath(path, i), replace, report);
    }
  } else if (field.type === "map" && isPropertyMap(old) && isPropertyMap(wanted)) {
    for (const name of [...new Set([...Object.keys(old), ...Object.keys(wanted)])].sort()) {
      diffMember(elementOf(field), old[name], wanted[name], joinPath(path, name), replace, report);
    }
  } else if (!equalValues(old, wanted) && !field.suppressDiff?.(old, wanted)) {
    report(path, "update", replace);
  }
}

/** A member is there or not; its being empty is no absence. */
function diffMember(
  element: FieldSpec,
  old: Value | undefined,
  wanted: Value | undefined,
  path: string,
  replace: boolean,
  report: Report,
): void {
  const forced = replace || element.forceNew === true;
  if (old === undefined) report(path, "add", forced);
  else if (wanted === undefined) report(path, "delete", forced);
  else diffValue(element, old, wanted, path, forced, report);
}

/** A member that left has its place in the old list, one that came its place in the new one. */
function diffSet(
  element: FieldSpec,
  old: readonly Value[],
  wanted: readonly Value[],
  path: string,
  replace: boolean,
  report: Report,
): void {
  const without = (members: readonly Value[], others: readonly Value[]): (Value | undefined)[] =>
    members.map((member) => (others.some((other) => sameMember(element, member, other)) ? undefined : member));
  const left = without(old, wanted);
  const came = without(wanted, old);
  for (let i = 0; i < Math.max(left.length, came.length); i++) {
    if (left[i] !== undefined || came[i] !== undefined) {
      diffMember(element, left[i], came[i], joinPath(path, i), replace, report);
    }
  }
}

function sameMember(element: FieldSpec, a: Value, b: Value): boolean {
  let same = true;
  diffValue(element, a, b, "", false, () => (same = false));
  return same;
}

/** Whether a block that comes or goes as a whole carries a member whose change replaces. */
function hasForceNew(field: FieldSpec): boolean {
  const block = blockOf(field) ?? (field.element ? blockOf(elementOf(field)) : undefined);
  return block !== undefined && Object.values(block).some((member) => member.forceNew === true || hasForceNew(member));
}
