import { markdownCode, markdownTable, markdownText } from "../../cli/display/markdown";
import { sarifLog } from "../../cli/display/sarif";
import { sarifErrors } from "../support/sarif";

const RULE = {
  id: "drift/changed",
  summary: "A resource is not as declared.",
  help: "Run `up`.",
  level: "warning",
} as const;
const FINDING = {
  ruleId: "drift/changed",
  level: "error",
  message: "User worker: tags is [] and not [management]",
  subject: "urn:pulumi:dev::groundwork::rabbitmq:index/user:User::worker",
  file: "stacks/Pulumi.dev.yaml",
  fingerprint: "dev/worker/tags",
} as const;

test("a log is valid SARIF 2.1.0", () => {
  const log = sarifLog({ rules: [RULE], findings: [FINDING], category: "drift" });
  expect(sarifErrors(log)).toEqual([]);
  expect(log.runs[0]?.results?.[0]).toMatchObject({ ruleIndex: 0, level: "error", message: { text: FINDING.message } });
});

test("the schema that it is held to finds faults", () => {
  const log = sarifLog({ rules: [], findings: [], category: "drift" });
  expect(sarifErrors({ ...log, version: "3" })).not.toEqual([]);
});

test("an accepted finding is suppressed, with the reason", () => {
  const log = sarifLog({ rules: [RULE], findings: [{ ...FINDING, accepted: "until May" }], category: "drift" });
  expect(sarifErrors(log)).toEqual([]);
  expect(log.runs[0]?.results?.[0]?.suppressions).toMatchObject([{ justification: "until May" }]);
});

test("what could not be looked at makes the run one that did not succeed", () => {
  const notices = [{ level: "error", message: "host agent3 is unreachable" }] as const;
  const log = sarifLog({ rules: [RULE], findings: [], notices, category: "drift" });
  expect(sarifErrors(log)).toEqual([]);
  expect(log.runs[0]?.invocations).toMatchObject([{ executionSuccessful: false }]);
});

test.each([
  ["plain", "`plain`"],
  ["a|b", "`a|b`"],
  ["a`b", "``a`b``"],
  ["`", "`` ` ``"],
  ["two\nlines", "`two lines`"],
])("%j is the code %s", (text, code) => expect(markdownCode(text)).toBe(code));

test("text keeps its signs, and a table its columns", () => {
  expect(markdownText("^mig\\.|*")).toBe("^mig\\\\.\\|\\*");
  expect(markdownTable(["A"], [[markdownCode("a|b")], [markdownText("a|b")]])).toBe(
    "| A |\n| --- |\n| `a\\|b` |\n| a\\|b |\n",
  );
  expect(markdownTable(["A", "B"], [["1", "2"]])).toBe("| A | B |\n| --- | --- |\n| 1 | 2 |\n");
});
