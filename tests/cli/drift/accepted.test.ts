import { judge, parseAccepted } from "../../../cli/drift/accepted";
import type { Finding } from "../../../engine/drift/finding";

const NOW = new Date("2026-11-25T12:00:00Z");
const FINDING: Finding = {
  ...{ kind: "changed", project: "p", stack: "dev", urn: "urn:pulumi:dev::p::t::worker" },
  ...{ object: "User worker", path: "tags", declared: [], actual: ["monitoring"], severity: "medium" },
  repair: { by: "up", command: "groundwork up --refresh --stack dev", turn: 4 },
};

const LOOKED = { findings: [FINDING], stacks: ["dev", "prod"], all: true };

function accepted(entries: string): ReturnType<typeof parseAccepted> {
  return parseAccepted(`accepted:\n${entries}`, "accepted-drift.yaml");
}

test.each([
  ["the object", "{ object: User worker, reason: r, expires: 2027-01-31 }"],
  ["a pattern of it", '{ stack: "d*", object: "User *", path: tags, reason: r, expires: 2027-01-31 }'],
  ["its URN", '{ urn: "urn:pulumi:dev::p::t::worker", reason: r, expires: 2027-01-31 }'],
  ["the day before its last", "{ object: User worker, reason: r, expires: 2026-11-26 }"],
])("a finding is accepted by %s", (_, entry) => {
  const { findings, accepted: all, notices } = judge(LOOKED, accepted(`  - ${entry}`), NOW);
  expect(findings).toEqual([]);
  expect(all).toMatchObject([{ object: "User worker", reason: "r" }]);
  expect(notices).toEqual([]);
});

test.each([
  ["another stack", "{ stack: prod, object: User worker, reason: r, expires: 2027-01-31 }"],
  ["another property", "{ object: User worker, path: password, reason: r, expires: 2027-01-31 }"],
  ["a part of the name", "{ object: User work, reason: r, expires: 2027-01-31 }"],
  ["what would match as an expression", '{ object: "User .orker", reason: r, expires: 2027-01-31 }'],
])("%s accepts nothing, which is said", (_, entry) => {
  const { findings, notices } = judge(LOOKED, accepted(`  - ${entry}`), NOW);
  expect(findings).toEqual([FINDING]);
  expect(notices).toEqual([expect.stringMatching(/matches nothing: remove it/)]);
});

test("what nobody declared is accepted by its name with or without its place, as the report has it", () => {
  const { urn: _urn, ...rest } = FINDING;
  const user = { ...rest, kind: "undeclared", object: "user x", place: "https://relay:15671", path: "" } as const;
  for (const name of ["user x", "user x on https://relay:15671", "user x on https://relay*"]) {
    const list = accepted(`  - { object: "${name}", reason: r, expires: 2027-01-31 }`);
    expect(judge({ ...LOOKED, findings: [user] }, list, NOW).findings).toEqual([]);
  }
  const elsewhere = accepted('  - { object: "user x on https://other:15671", reason: r, expires: 2027-01-31 }');
  expect(judge({ ...LOOKED, findings: [user] }, elsewhere, NOW).findings).toEqual([user]);
});

test.each([
  ["of another stack than those that were looked at", "stack: prod, ", ["dev"], false],
  ["of a stack of which something could not be read", "stack: dev, ", [], false],
  ["of any stack, where not all were looked at", "", ["dev"], false],
])("an acceptance %s is not said to match nothing", (_, stack, stacks, all) => {
  const list = accepted(`  - { ${stack}object: User other, reason: r, expires: 2027-01-31 }`);
  expect(judge({ findings: [FINDING], stacks, all }, list, NOW).notices).toEqual([]);
});

test("an acceptance whose day has come counts again, and says so", () => {
  const list = accepted("  - { object: User worker, reason: until the move, expires: 2026-11-25 }");
  const { findings, notices } = judge(LOOKED, list, NOW);
  expect(findings).toEqual([FINDING]);
  expect(notices).toEqual([
    "the acceptance of User worker (until the move) has expired on 2026-11-25: it counts again",
  ]);
});

test.each([
  ["accepted: [{ object: a, reason: b, expires: soon }]", "accepted[0].expires: is a day"],
  ["accepted: [{ object: a, expires: 2027-01-31 }]", "accepted[0].reason: "],
  ["accepted: [{ reason: b, expires: 2027-01-31 }]", "accepted[0].object: is missing"],
  ["accepted: [{ object: a, reason: b, expires: 2027-01-31, until: 1 }]", "accepted[0]: there is no key until"],
  ["accept: []", "there is no key accept"],
  ["accepted: [", "is not YAML"],
])("the file %j is refused with its name and the place in it", (text, message) => {
  expect(() => parseAccepted(text, "accepted-drift.yaml")).toThrow(`accepted-drift.yaml: ${message}`);
});

test("an empty file accepts nothing", () => expect(parseAccepted("", "accepted-drift.yaml")).toEqual([]));
