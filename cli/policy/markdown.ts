import { urnName } from "../../engine/urn";
import { markdownCode, markdownTable, markdownText } from "../display/markdown";
import { control, summarize } from "./report";
import type { PolicyReport, RuleResult } from "./report";

/** The report as a comment on a pull request or a page of a run. */
export function markdownReport(report: PolicyReport): string {
  const marks: Readonly<Record<RuleResult, string>> = { failed: "❌", warned: "⚠️", passed: "✅", disabled: "⏸" };
  const rows = report.rules.map(({ rule, level, result, findings }) => [
    ...[`${marks[result]} ${result}`, markdownCode(rule.name), rule.severity ?? "", level],
    ...[String(findings.length), markdownText(control(rule))],
  ]);
  const details = report.rules
    .filter(({ findings }) => findings.length > 0)
    .map(({ rule, findings }) => {
      const lines = findings.map(({ urn, message }) => {
        const name = urn === undefined ? "the stack" : markdownCode(urnName(urn));
        return `- ${name}: ${markdownText(message)}`;
      });
      const remedy = rule.remediation === undefined ? [] : ["", `Remedy: ${markdownText(rule.remediation)}`];
      return [`### ${rule.name}`, "", markdownText(rule.description ?? ""), "", ...lines, ...remedy, ""].join("\n");
    });
  return [
    `## Policies of ${markdownText(report.stack)}`,
    "",
    markdownText(summarize(report)),
    "",
    markdownTable(["Result", "Rule", "Severity", "Level", "Findings", "Control"], rows),
    ...details,
  ].join("\n");
}
