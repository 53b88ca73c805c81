import { judge, parseAccepted } from "../../../cli/drift/accepted";
import type { Finding } from "../../../engine/drift/finding";

const NOW = new Date("2026-11-25T12:00:00Z");
const FINDING: Finding = {
  ...{ kind: "changed", project: "p", stack: "dev", urn: "urn:pulumi:dev::p::t::worker" },
  ...{ object: "User worker", path: "tags", declared: [], actual: ["monitoring"], severity: "medium" },
  repair: { by: "up", command: "groundwork up --refresh --stack dev", turn: 4 },
};

function accepted(entries: string): ReturnType<typeof parseAccepted> {
  return parseAccepted(`accepted:\n${entries}`, "accepted-drift.yaml");
}

test.each([
  ["the object", "{ object: User worker, reason: r, expires: 2027-01-31 }"],
  ["a pattern of it", '{ stack: "d*", object: "User *", path: tags, reason: r, expires: 2027-01-31 }'],
  ["its URN", '{ urn: "urn:pulumi:dev::p::t::worker", reason: r, expires: 2027-01-31 }'],
  ["the day before its last", "{ object: User worker, reason: r, expires: 2026-11-26 }"],
])("a finding is accepted by %s", (_, entry) => {
  const { findings, accepted: all, notices } = judge([FINDING], accepted(`  - ${entry}`), NOW);
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
  const { findings, notices } = judge([FINDING], accepted(`  - ${entry}`), NOW);
  expect(findings).toEqual([FINDING]);
  expect(notices).toEqual([expect.stringMatching(/matches nothing: remove it/)]);
});

test("an acceptance whose day has come counts again, and says so", () => {
  const list = accepted("  - { object: User worker, reason: until the move, expires: 2026-11-25 }");
  const { findings, notices } = judge([FINDING], list, NOW);
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
