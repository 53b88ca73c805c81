import { markdownCode, markdownTable, markdownText } from "../display/markdown";
import { inTurn, summarize } from "./report";
import type { DriftReport } from "./report";
import { byReason, subjectText, valueText } from "./words";

/** By which a comment of an earlier run is found again. */
const MARKER = "<!-- groundwork-drift -->";

/** The report as a comment on a pull request or an issue. */
export function markdownReport(report: DriftReport): string {
  const { findings, accepted, unknown, notCheckable, notices } = report;
  const list = (items: readonly string[]): string => items.map((item) => `- ${item}\n`).join("");
  const section = (title: string, body: string): string => (body === "" ? "" : `\n### ${title}\n\n${body}`);
  const repairs = inTurn(findings).map(({ repair: { command, where, import: taken } }) => {
    const place = where === undefined ? "" : ` (${markdownText(where)})`;
    return `${markdownCode(command)}${place}${taken === undefined ? "" : `, or when it is to stay ${markdownCode(taken)}`}`;
  });
  const rows = findings.map((finding) => [
    finding.stack,
    finding.severity,
    finding.kind,
    markdownCode(subjectText(finding)),
    markdownCode(valueText(finding.declared)),
    markdownCode(valueText(finding.actual)),
  ]);
  const head = ["Stack", "Severity", "Kind", "Object", "Declared", "Actual"];
  return (
    `${MARKER}\n## Drift\n\n${markdownText(summarize(report))}.\n` +
    section("Differences", rows.length === 0 ? "" : markdownTable(head, rows)) +
    section("To repair", list([...new Set(repairs)])) +
    section(
      "Accepted",
      list(
        accepted.map(
          (each) => `${markdownCode(subjectText(each))}, until ${each.expires}: ${markdownText(each.reason)}`,
        ),
      ),
    ) +
    section("Could not be told", list(reasons(unknown))) +
    section(
      "Not checkable",
      list(reasons(notCheckable.map((each) => ({ ...each, object: `${each.object}: ${each.path}` })))),
    ) +
    section("Notes", list(notices.map(markdownText)))
  );
}

function reasons(all: readonly { readonly reason: string; readonly object: string }[]): readonly string[] {
  return byReason(all).map(({ reason, objects }) => `${objects.map(markdownCode).join(", ")}: ${markdownText(reason)}`);
}
