import type { Log } from "sarif";

import { sarifLog } from "../display/sarif";
import type { SarifLevel } from "../display/sarif";
import type { EnforcementLevel } from "../../engine/policy/config";
import { control } from "./report";
import type { PolicyReport } from "./report";

export function sarifReport({ stack, rules }: PolicyReport): Log {
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
