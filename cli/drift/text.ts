import { table } from "../display/table";
import type { Palette } from "../display/printer";
import { inTurn, summarize } from "./report";
import type { DriftReport, ReportedFinding } from "./report";
import { byReason, subjectText, valueText } from "./words";

const WIDEST = 60;

/** The report for people: a table of what differs, then the commands that repair it. */
export function textReport(report: DriftReport, palette: Palette): string {
  const { findings, accepted, unknown, notCheckable, notices } = report;
  const many = report.stacks.length > 1;
  const sections = [
    section("", differences(findings, many)),
    section("To repair:", repairs(findings)),
    section(
      "Accepted:",
      accepted.map((each) => `${subjectText(each)}, until ${each.expires}: ${each.reason}\n`).join(""),
    ),
    section("Could not be told:", reasons(unknown)),
    section(
      "Not checkable:",
      reasons(notCheckable.map((each) => ({ ...each, object: `${each.object}: ${each.path}` }))),
    ),
    notices.map((notice) => `note: ${notice}\n`).join(""),
  ];
  const paint = unknown.length > 0 || findings.length > 0 ? palette.yellow : palette.green;
  return `${sections.filter((text) => text !== "").join("\n")}${sections.some((text) => text !== "") ? "\n" : ""}${paint(summarize(report))}\n`;
}

function section(title: string, body: string): string {
  if (body === "" || title === "") return body;
  return `${title}\n${indented(body)}`;
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}

function differences(findings: readonly ReportedFinding[], many: boolean): string {
  if (findings.length === 0) return "";
  const head = [...(many ? ["STACK"] : []), "SEVERITY", "KIND", "OBJECT", "DECLARED", "ACTUAL"];
  const rows = findings.map((finding) => [
    ...(many ? [finding.stack] : []),
    finding.severity,
    finding.kind,
    subjectText(finding),
    shorten(valueText(finding.declared)),
    shorten(valueText(finding.actual)),
  ]);
  return table([head, ...rows]);
}

function shorten(text: string): string {
  return text.length <= WIDEST ? text : `${text.slice(0, WIDEST - 1)}…`;
}

/** Each command once, in the order to run them, under the place where that is. */
function repairs(findings: readonly ReportedFinding[]): string {
  const places = new Map<string, Set<string>>();
  for (const { repair } of inTurn(findings)) {
    const lines = places.get(repair.where ?? "") ?? new Set();
    lines.add(
      `${repair.command}\n${repair.import === undefined ? "" : `  or, when it is to stay: ${repair.import}\n`}`,
    );
    places.set(repair.where ?? "", lines);
  }
  return [...places]
    .map(([where, lines]) => (where === "" ? [...lines].join("") : `${where}:\n${indented([...lines].join(""))}`))
    .join("");
}

function reasons(all: readonly { readonly reason: string; readonly object: string }[]): string {
  return byReason(all)
    .map(({ reason, objects }) => `${objects.join(", ")}: ${reason}\n`)
    .join("");
}
