import type { PackAnalysis } from "../../engine/policy/analyze";
import type { EnforcementLevel, PolicyInfo } from "../../engine/policy/config";
import type { PolicyEvent } from "../../engine/policy/messages";
import { urnName } from "../../engine/urn";
import type { ReportFormat } from "../report-files";
import { resourceName } from "./diagnostics";
import { markdownCode, markdownTable, markdownText } from "./markdown";
import { packName } from "./policies";
import type { Palette } from "./printer";
import { sarifLog } from "./sarif";
import type { SarifLevel } from "./sarif";
import { table } from "./table";

type RuleResult = "passed" | "failed" | "warned" | "disabled";

/** One rule of a pack and what it found. */
export interface RuleReport {
  readonly pack: string;
  readonly rule: PolicyInfo;
  readonly level: EnforcementLevel;
  readonly result: RuleResult;
  readonly findings: readonly { readonly urn?: string; readonly message: string }[];
}

export interface PolicyReport {
  readonly stack: string;
  readonly resources: number;
  readonly rules: readonly RuleReport[];
}

interface Analyzed {
  readonly stack: string;
  readonly resources: number;
  /** With messages that hold no secret. */
  readonly analyses: readonly PackAnalysis[];
}

export function policyReport({ stack, resources, analyses }: Analyzed): PolicyReport {
  return { stack, resources, rules: analyses.flatMap(rulesOf) };
}

/** Whether a rule is broken that has to hold. */
export function isFailed({ rules }: PolicyReport): boolean {
  return rules.some(({ result }) => result === "failed");
}

function rulesOf({ name, version, policies, config, findings }: PackAnalysis): readonly RuleReport[] {
  return policies.map((rule) => {
    const level = config.get(rule.name)?.level ?? rule.level;
    const own = findings.filter(({ policy }) => policy === rule.name);
    return {
      ...{ pack: packName({ pack: name, packVersion: version }), rule, level, result: resultOf(level, own) },
      findings: own.map(({ urn, message }) => ({ ...(urn !== undefined && { urn }), message: fault(message, rule) })),
    };
  });
}

function resultOf(level: EnforcementLevel, findings: readonly PolicyEvent[]): RuleResult {
  if (level === "disabled") return "disabled";
  if (findings.some((each) => each.level === "mandatory")) return "failed";
  return findings.length > 0 ? "warned" : "passed";
}

/** What a pack says begins with what holds, and ours end with the remedy: the report has columns for both. */
function fault(message: string, { description = "", remediation }: PolicyInfo): string {
  const lines = message.trimEnd().split("\n");
  const isSaid = (line: string): boolean => line === description || line === `Remedy: ${remediation}`;
  return lines.filter((line) => !isSaid(line)).join("\n") || message;
}

export function formatReport(report: PolicyReport, format: ReportFormat, palette: Palette): string {
  switch (format) {
    case "table":
      return tableOf(report, palette);
    case "json":
      return `${JSON.stringify(jsonOf(report), undefined, 2)}\n`;
    case "markdown":
      return markdownOf(report);
    case "sarif":
      return `${JSON.stringify(sarifOf(report), undefined, 2)}\n`;
  }
}

function control({ framework }: PolicyInfo): string {
  return framework === undefined ? "" : `${framework.name} ${framework.reference}`;
}

function tableOf(report: PolicyReport, palette: Palette): string {
  const rows = report.rules.map(({ rule, level, result, findings }) => [
    ...[result, rule.name, rule.severity ?? "", level, String(findings.length), control(rule)],
  ]);
  const details = report.rules.filter(({ findings }) => findings.length > 0).map((each) => detailsOf(each, palette));
  return [
    table([["RESULT", "RULE", "SEVERITY", "LEVEL", "FINDINGS", "CONTROL"], ...rows]),
    ...details,
    `${summaryOf(report)}\n`,
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

function summaryOf({ stack, resources, rules }: PolicyReport): string {
  const count = (wanted: RuleResult): number => rules.filter(({ result }) => result === wanted).length;
  const parts = (["failed", "warned", "passed", "disabled"] as const).map((result) => `${count(result)} ${result}`);
  const packs = [...new Set(rules.map(({ pack }) => pack))].join(", ");
  return `${stack}: ${resources} resources by ${rules.length} rules of ${packs}: ${parts.join(", ")}`;
}

function jsonOf(report: PolicyReport): unknown {
  return {
    stack: report.stack,
    resources: report.resources,
    failed: isFailed(report),
    rules: report.rules.map(({ pack, rule, level, result, findings }) => {
      const { schema: _schema, level: _level, ...facts } = rule;
      return { pack, ...facts, level, result, findings };
    }),
  };
}

function markdownOf(report: PolicyReport): string {
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
    markdownText(summaryOf(report)),
    "",
    markdownTable(["Result", "Rule", "Severity", "Level", "Findings", "Control"], rows),
    ...details,
  ].join("\n");
}

function sarifOf({ stack, rules }: PolicyReport): unknown {
  return sarifLog({
    category: `policies/${stack}`,
    rules: rules.map(({ rule, level }) => ({
      id: `policy/${rule.name}`,
      summary: rule.description ?? rule.name,
      ...(rule.remediation !== undefined && { help: rule.remediation }),
      level: sarifLevel(level),
      tags: [...(rule.tags ?? []), ...(rule.framework === undefined ? [] : [control(rule)])],
    })),
    findings: rules.flatMap(({ rule, level, findings }) =>
      findings.map(({ urn = stack, message }) => ({
        ...{ ruleId: `policy/${rule.name}`, level: sarifLevel(level), message, subject: urn },
        ...{ file: `stacks/Pulumi.${stack}.yaml`, fingerprint: `${rule.name}/${urn}/${message}` },
      })),
    ),
  });
}

function sarifLevel(level: EnforcementLevel): SarifLevel {
  return level === "mandatory" || level === "remediate" ? "error" : "warning";
}
