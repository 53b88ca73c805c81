import { readFileSync } from "node:fs";

import { markdownReport } from "../../../cli/drift/markdown";
import { driftReportSchema, makeReport } from "../../../cli/drift/report";
import { sarifReport } from "../../../cli/drift/sarif";
import { textReport } from "../../../cli/drift/text";
import { palette } from "../../../cli/make-display";
import type { Finding, StackDrift } from "../../../engine/drift/finding";
import { DRIFT_SCHEMA, driftSchemaErrors } from "../../support/drift-schema";
import { sarifErrors } from "../../support/sarif";

const of = { project: "p", stack: "dev" };
const CHANGED: Finding = {
  ...{ kind: "changed", ...of, urn: "urn:pulumi:dev::p::t::worker", object: "Permissions worker@mig" },
  ...{ path: "permissions.read", declared: "^a|b$", actual: ".*", severity: "medium" },
  repair: { by: "up", command: "groundwork up --refresh --stack dev", turn: 4 },
};
const UNDECLARED: Finding = {
  ...{ kind: "undeclared", ...of, object: "user mallory", place: "https://relay:15671", path: "" },
  ...{ declared: null, actual: "tags: administrator", severity: "high" },
  repair: {
    ...{ by: "hand", command: "rabbitmqctl delete_user mallory", turn: 2 },
    where: "on a node of the broker https://relay:15671",
    import: "groundwork import rabbitmq:index/user:User mallory mallory --stack dev",
  },
};
const DOWN = { ...of, urn: "urn:pulumi:dev::p::t::agent3", reason: "Host agent3 is unreachable" };
const DRIFT: StackDrift = {
  ...{ ...of, resources: 3, findings: [CHANGED, UNDECLARED] },
  unknown: [
    { ...DOWN, object: "FileSet agent3:a" },
    { ...DOWN, object: "FileSet agent3:b" },
  ],
  notCheckable: [
    { ...of, urn: "urn:pulumi:dev::p::t::r", object: "Role api", path: "password", reason: "not readable" },
  ],
};
const NOW = new Date("2026-11-25T12:00:00Z");
const report = makeReport(
  [DRIFT],
  {
    findings: DRIFT.findings,
    accepted: [{ ...CHANGED, reason: "until | May", expires: "2027-05-01" }],
    notices: ["an acceptance matches nothing"],
  },
  NOW,
);

test("the published schema is the one that the code has", () => {
  expect(JSON.parse(readFileSync(DRIFT_SCHEMA, "utf8"))).toEqual(JSON.parse(JSON.stringify(driftReportSchema())));
});

test("a report is as the published schema says, and the schema refuses others", () => {
  expect(driftSchemaErrors(report)).toEqual([]);
  expect(driftSchemaErrors({ ...report, version: 2 })).not.toEqual([]);
  expect(driftSchemaErrors({ ...report, findings: [{ ...CHANGED, severity: "huge" }] })).not.toEqual([]);
});

test("what weighs most comes first", () => {
  expect(report.findings.map(({ severity }) => severity)).toEqual(["high", "medium"]);
});

test.each([
  ["unknown", DRIFT, DRIFT.findings],
  ["drift", { ...DRIFT, unknown: [] }, DRIFT.findings],
  ["none", { ...DRIFT, unknown: [] }, []],
] as const)("a stack's result is %s", (result, drift, findings) => {
  expect(makeReport([drift], { findings, accepted: [], notices: [] }, NOW).stacks).toMatchObject([{ result }]);
});

test("the text says what differs, how it is repaired, and what could not be told", () => {
  expect(textReport(report, palette("never"))).toBe(`\
SEVERITY  KIND        OBJECT                                    DECLARED  ACTUAL
high      undeclared  user mallory on https://relay:15671       nothing   tags: administrator
medium    changed     Permissions worker@mig: permissions.read  ^a|b$     .*

To repair:
  on a node of the broker https://relay:15671:
    rabbitmqctl delete_user mallory
      or, when it is to stay: groundwork import rabbitmq:index/user:User mallory mallory --stack dev
  groundwork up --refresh --stack dev

Accepted:
  Permissions worker@mig: permissions.read, until 2027-05-01: until | May

Could not be told:
  FileSet agent3:a, FileSet agent3:b: Host agent3 is unreachable

Not checkable:
  Role api: password: not readable

note: an acceptance matches nothing

dev: 2 differences, 1 accepted, 2 could not be told, 1 not checkable, in 3 resources
`);
});

test("the text of a stack without drift is one line", () => {
  const clean = { ...of, resources: 3, findings: [], unknown: [], notCheckable: [] };
  expect(textReport(makeReport([clean], { findings: [], accepted: [], notices: [] }, NOW), palette("never"))).toBe(
    "dev: no drift found, in 3 resources\n",
  );
});

test("Markdown keeps its tables whatever a value holds", () => {
  const text = markdownReport(report);
  expect(text).toContain("| dev | medium | changed | `Permissions worker@mig: permissions.read` | `^a\\|b$` | `.*` |");
  expect(text).toContain("- `rabbitmqctl delete_user mallory` (on a node of the broker https://relay:15671), or when");
  expect(text).toContain("until 2027-05-01: until \\| May");
});

test("SARIF has a result a finding, accepted ones suppressed, and a run that did not see all", () => {
  const log = sarifReport(report, (stack) => `stacks/Pulumi.${stack}.yaml`);
  expect(sarifErrors(log)).toEqual([]);
  const [run] = log.runs;
  expect(run?.results?.map(({ ruleId, level }) => [ruleId, level])).toEqual([
    ["drift/undeclared", "error"],
    ["drift/changed", "warning"],
    ["drift/changed", "warning"],
  ]);
  expect(run?.results?.[2]?.suppressions).toHaveLength(1);
  expect(run?.invocations).toMatchObject([{ executionSuccessful: false }]);
});
