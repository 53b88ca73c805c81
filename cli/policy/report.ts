import type { PackAnalysis } from "../../engine/policy/analyze";
import type { EnforcementLevel, PolicyInfo } from "../../engine/policy/config";
import type { PolicyEvent } from "../../engine/policy/messages";
import { packName } from "../display/policies";

export type RuleResult = "passed" | "failed" | "warned" | "disabled";

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

/** `NIST SP 800-53 SC-13` */
export function control({ framework }: PolicyInfo): string {
  return framework === undefined ? "" : `${framework.name} ${framework.reference}`;
}

/** `dev: 9 resources by 25 rules of groundwork@v0.1.0: 1 failed, 0 warned, 24 passed, 0 disabled` */
export function summarize({ stack, resources, rules }: PolicyReport): string {
  const count = (wanted: RuleResult): number => rules.filter(({ result }) => result === wanted).length;
  const parts = (["failed", "warned", "passed", "disabled"] as const).map((result) => `${count(result)} ${result}`);
  const packs = [...new Set(rules.map(({ pack }) => pack))].join(", ");
  return `${stack}: ${resources} resources by ${rules.length} rules of ${packs}: ${parts.join(", ")}`;
}

/** What `policy analyze --json` prints. */
export function jsonOf(report: PolicyReport): unknown {
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
