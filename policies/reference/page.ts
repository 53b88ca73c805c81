import { readFileSync } from "node:fs";
import { join } from "node:path";

import { markdownCode, markdownTable, markdownText } from "../../cli/display/markdown";
import { RULES } from "../rules";

type Rule = (typeof RULES)[number];

/** The environments that have levels of their own, each a file in `levels`. */
export const ENVIRONMENTS = ["dev", "staging", "prod"] as const;

export const REFERENCE_FILE = join(__dirname, "../../docs/reference/policies.md");

const HEAD = [
  "# Policies",
  "",
  "Written from the pack in `policies/` by `npm run policies`: change it there. How to use it: [the guide](../guides/policies.md).",
  "",
  "",
].join("\n");

/** The page as it has to be, before it is formatted. */
export function referencePage(): string {
  const levels = ENVIRONMENTS.map((environment) => readLevels(environment));
  const rows = RULES.map((rule) => [
    ...[`[${rule.name}](#${rule.name})`, rule.severity ?? "", rule.enforcementLevel ?? ""],
    ...levels.map((level) => level(rule.name) ?? rule.enforcementLevel ?? ""),
    rule.framework?.reference ?? "",
  ]);
  const environments = ENVIRONMENTS.map((environment) => `in ${environment}`);
  const overview = markdownTable(["Rule", "Severity", "Level", ...environments, "Control"], rows);
  return HEAD + overview + RULES.map(section).join("");
}

function readLevels(environment: string): (rule: string) => string | undefined {
  const file = join(__dirname, "../levels", `${environment}.json`);
  const levels = JSON.parse(readFileSync(file, "utf8")) as Record<string, string | { enforcementLevel?: string }>;
  return (rule) => {
    const level = levels[rule];
    return typeof level === "string" ? level : level?.enforcementLevel;
  };
}

function section(rule: Rule): string {
  const {
    name,
    displayName = "",
    description,
    severity = "",
    enforcementLevel = "",
    framework,
    remediationSteps = "",
  } = rule;
  const control =
    framework && `${framework.name} ${framework.version}, ${framework.reference} ${framework.specification}`;
  const judged = "validateStack" in rule ? "all resources of a stack together" : "each resource, before it is touched";
  return [
    `\n## ${name}\n`,
    `${markdownText(displayName)}. ${markdownText(description)}\n`,
    `- Judged: ${judged}`,
    `- Severity ${severity}, level ${enforcementLevel}`,
    `- Helps to meet ${markdownText(control ?? "nothing that is named")}`,
    `- Remedy: ${markdownText(remediationSteps)}\n`,
    markdownTable(["Configuration", "Type", "Default", "What it is"], options(rule)),
  ].join("\n");
}

function options({ configSchema }: Rule): readonly (readonly string[])[] {
  return Object.entries(configSchema?.properties ?? {}).map(([key, property]) => [
    markdownCode(key),
    Array.isArray(property.type) ? property.type.join(" or ") : (property.type ?? ""),
    markdownCode(JSON.stringify(property.default)),
    markdownText(property.description ?? ""),
  ]);
}
