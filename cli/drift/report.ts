import { z } from "zod";

import type { Finding, StackDrift } from "../../engine/drift/finding";

/** What `groundwork drift --json` prints. `docs/reference/drift.schema.json` is made from it; a change of it is a new version. */

const stackName = { project: z.string(), stack: z.string() };

const value = z
  .unknown()
  .describe("JSON without secrets, which are `[secret]`; null: nothing; long texts are `sha256:…`");

const finding = z.strictObject({
  kind: z.enum(["changed", "missing", "undeclared"]),
  ...stackName,
  urn: z.string().optional().describe("absent for what nobody declared"),
  object: z.string().describe("`Permissions agent@mig`, `user mallory`"),
  place: z.string().optional().describe("the server, database or host of an undeclared object"),
  path: z.string().describe("the property; empty for the object as a whole"),
  declared: value,
  actual: value,
  severity: z.enum(["high", "medium", "low"]),
  repair: z.strictObject({
    by: z.enum(["up", "hand"]),
    command: z.string(),
    turn: z.int().positive().describe("commands of a lower turn are run first"),
    where: z.string().optional().describe("where the command is to be run; absent: where groundwork is"),
    import: z.string().optional().describe("instead: takes the object into the stack, which then has to declare it"),
  }),
});

const about = { ...stackName, object: z.string(), reason: z.string() };

export const driftReport = z.strictObject({
  version: z.literal(1),
  time: z.iso.datetime(),
  stacks: z.array(
    z.strictObject({
      ...stackName,
      resources: z.int().nonnegative().describe("resources that were looked at"),
      result: z.enum(["none", "drift", "unknown"]).describe("unknown: something could not be read"),
    }),
  ),
  findings: z.array(finding),
  accepted: z.array(finding.extend({ reason: z.string(), expires: z.iso.date() })),
  unknown: z.array(z.strictObject({ ...about, urn: z.string().optional() })),
  notCheckable: z.array(z.strictObject({ ...about, urn: z.string(), path: z.string() })),
  notices: z.array(z.string()).describe("acceptances that expired or match nothing; stacks that could not be read"),
});

export type DriftReport = z.infer<typeof driftReport>;
export type ReportedFinding = DriftReport["findings"][number];

/** The JSON Schema of a report. */
export function driftReportSchema(): object {
  return { title: "groundwork drift --json", ...z.toJSONSchema(driftReport) };
}

/** Findings in the order in which their commands are run. */
export function inTurn(findings: readonly ReportedFinding[]): readonly ReportedFinding[] {
  return [...findings].sort((a, b) => a.repair.turn - b.repair.turn);
}

/** Findings that stand, and those that somebody accepted. */
export interface Judged {
  readonly findings: readonly Finding[];
  readonly accepted: readonly (Finding & { readonly reason: string; readonly expires: string })[];
  readonly notices: readonly string[];
}

const BY_SEVERITY = ["high", "medium", "low"] as const;

export function makeReport(stacks: readonly StackDrift[], judged: Judged, now: Date): DriftReport {
  const unknown = stacks.flatMap((each) => each.unknown);
  const has = (list: readonly Pick<Finding, "project" | "stack">[], { project, stack }: StackDrift): boolean =>
    list.some((each) => each.project === project && each.stack === stack);
  const result = (each: StackDrift): "none" | "drift" | "unknown" => {
    if (has(unknown, each)) return "unknown";
    return has(judged.findings, each) ? "drift" : "none";
  };
  const { findings, accepted, notices } = judged;
  return {
    version: 1,
    time: now.toISOString(),
    stacks: stacks.map((each) => ({
      project: each.project,
      stack: each.stack,
      resources: each.resources,
      result: result(each),
    })),
    findings: BY_SEVERITY.flatMap((severity) => findings.filter((each) => each.severity === severity)),
    accepted: [...accepted],
    unknown,
    notCheckable: stacks.flatMap((each) => each.notCheckable),
    notices: [...notices],
  };
}

/** `3 differences in dev, 1 object that could not be read` */
export function summarize({ stacks, findings, accepted, unknown, notCheckable }: DriftReport): string {
  const names = stacks.map(({ stack }) => stack).join(", ");
  const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`;
  const resources = stacks.reduce((sum, each) => sum + each.resources, 0);
  const parts = [
    findings.length === 0
      ? `no drift found${unknown.length > 0 ? " in what could be read" : ""}`
      : count(findings.length, "difference"),
    ...(accepted.length > 0 ? [`${accepted.length} accepted`] : []),
    ...(unknown.length > 0 ? [`${unknown.length} could not be told`] : []),
    ...(notCheckable.length > 0 ? [`${notCheckable.length} not checkable`] : []),
  ];
  return `${names}: ${parts.join(", ")}, in ${count(resources, "resource")}`;
}
