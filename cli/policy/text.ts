import { resourceName } from "../display/diagnostics";
import type { Palette } from "../display/printer";
import { table } from "../display/table";
import { control, summarize } from "./report";
import type { PolicyReport, RuleReport } from "./report";

/** The report for people: a table of all rules, then what is found by each. */
export function textReport(report: PolicyReport, palette: Palette): string {
  const rows = report.rules.map(({ rule, level, result, findings }) => [
    ...[result, rule.name, rule.severity ?? "", level, String(findings.length), control(rule)],
  ]);
  const details = report.rules.filter(({ findings }) => findings.length > 0).map((each) => detailsOf(each, palette));
  return [
    table([["RESULT", "RULE", "SEVERITY", "LEVEL", "FINDINGS", "CONTROL"], ...rows]),
    ...details,
    `${summarize(report)}\n`,
  ].join("\n");
}

function detailsOf({ rule, result, findings }: RuleReport, palette: Palette): string {
  const paint = result === "failed" ? palette.red : palette.yellow;
  const lines = findings.map(({ urn, message }) => {
    const [first = "", ...rest] = message.split("\n");
    return [`  ${subject(urn)}: ${first}`, ...rest.map((line) => `    ${line}`)].join("\n");
  });
  const remedy = rule.remediation === undefined ? [] : [`  Remedy: ${rule.remediation}`];
  return `${[paint(`${rule.name}: ${rule.description ?? rule.displayName ?? ""}`), ...lines, ...remedy].join("\n")}\n`;
}

function subject(urn: string | undefined): string {
  return urn === undefined ? "the stack" : resourceName(urn, (name) => ` ${name}`);
}
