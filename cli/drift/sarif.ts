import type { Log } from "sarif";

import { sarifLog } from "../display/sarif";
import type { SarifFinding, SarifLevel, SarifRule } from "../display/sarif";
import type { DriftReport, ReportedFinding } from "./report";
import { findingText } from "./words";

const RULES: Readonly<Record<ReportedFinding["kind"], SarifRule>> = {
  changed: rule("changed", "An object is not as it is declared."),
  missing: rule("missing", "A declared object is not there."),
  undeclared: rule("undeclared", "An object is there that nobody declared."),
};

const LEVELS = { high: "error", medium: "warning", low: "note" } as const satisfies Record<string, SarifLevel>;

function rule(kind: ReportedFinding["kind"], summary: string): SarifRule {
  const help =
    "Each finding names the command that repairs it; `docs/guides/drift.md` says how to accept one for a time.";
  return { id: `drift/${kind}`, summary, help, level: "warning", tags: ["drift"] };
}

/** `fileOf` gives a stack's configuration file, relative to the project. */
export function sarifReport(report: DriftReport, fileOf: (stack: string) => string): Log {
  const finding = (each: ReportedFinding, accepted?: string): SarifFinding => ({
    ruleId: RULES[each.kind].id,
    level: LEVELS[each.severity],
    message: `${findingText(each)}. Repair: ${each.repair.command}${each.repair.where === undefined ? "" : ` (${each.repair.where})`}`,
    subject: each.urn ?? `${each.object} on ${each.place ?? ""}`,
    file: fileOf(each.stack),
    fingerprint: [each.project, each.stack, each.urn ?? each.place ?? "", each.object, each.path].join("|"),
    ...(accepted !== undefined && { accepted }),
  });
  return sarifLog({
    rules: Object.values(RULES),
    findings: [
      ...report.findings.map((each) => finding(each)),
      ...report.accepted.map((each) => finding(each, `${each.reason} (until ${each.expires})`)),
    ],
    notices: [
      ...report.unknown.map(({ object, reason }) => ({ level: "error", message: `${object}: ${reason}` }) as const),
      ...report.notCheckable.map(
        ({ object, path, reason }) => ({ level: "note", message: `${object}: ${path}: ${reason}` }) as const,
      ),
      ...report.notices.map((message) => ({ level: "note", message }) as const),
    ],
    category: "drift",
  });
}
