import { visible } from "../../providers/base/shell-word";
import type { ReportedFinding } from "./report";

/** A value in one line. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  return typeof value === "string" ? (value === "" ? '""' : visible(value)) : JSON.stringify(value);
}

/** `tags of User worker`, `user mallory on https://relay:15671` */
export function subjectText({ object, path, place }: ReportedFinding): string {
  const where = place === undefined ? "" : ` on ${place}`;
  return visible(`${object}${where}${path === "" ? "" : `: ${path}`}`);
}

/** One sentence without an end. */
export function findingText(finding: ReportedFinding): string {
  const { kind, declared, actual } = finding;
  const subject = subjectText(finding);
  switch (kind) {
    case "missing":
      return `${subject} is declared and not there`;
    case "undeclared":
      return `${subject} is there and not declared: ${valueText(actual)}`;
    case "changed":
      return `${subject} is ${valueText(actual)} and not ${valueText(declared)}`;
  }
}

/** Objects that could not be read for one and the same reason. */
export function byReason<T extends { readonly reason: string; readonly object: string }>(
  all: readonly T[],
): readonly { readonly reason: string; readonly objects: readonly string[] }[] {
  const groups = new Map<string, string[]>();
  for (const { reason, object } of all) groups.set(reason, [...(groups.get(reason) ?? []), object]);
  return [...groups].map(([reason, objects]) => ({ reason, objects }));
}
