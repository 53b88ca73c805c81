import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { version as ourVersion } from "../package.json";
import type { Case, Difference } from "./case";
import { WORKSHOP } from "./places";
import type { Verdict } from "./play";

/** Between these lines of the document stand the last results. */
const [BEGIN, END] = ["<!-- result: written by `npm run conformance` -->", "<!-- end of the result -->"];
/** The last result of each case by its name: a run of all of them takes a while, and may be made in parts. */
const RESULTS = join(WORKSHOP, "results.json");

interface Result {
  readonly differences: readonly string[];
  readonly crossed: readonly string[];
  /** Day of the run, `YYYY-MM-DD`. */
  readonly date: string;
}

export function isExpected({ case: { differs }, differences, crossed }: Verdict): boolean {
  return (differs === undefined) === (differences.length === 0) && crossed.length === 0;
}

export function keepResult({ case: { name }, differences, crossed }: Verdict): void {
  const result: Result = { differences, crossed, date: new Date().toISOString().slice(0, 10) };
  writeFileSync(RESULTS, JSON.stringify({ ...readResults(), [name]: result }, undefined, 1));
}

function readResults(): Partial<Record<string, Result>> {
  return existsSync(RESULTS) ? (JSON.parse(readFileSync(RESULTS, "utf8")) as Partial<Record<string, Result>>) : {};
}

export async function writeReport(file: string, cases: readonly Case[], pulumi: string): Promise<void> {
  const [before = "", rest = ""] = readFileSync(file, "utf8").split(BEGIN);
  const after = rest.slice(rest.indexOf(END));
  const results = readResults();
  const verdicts = cases.flatMap((each): Verdict[] => {
    const result = results[each.name];
    return result === undefined ? [] : [{ case: each, ...result }];
  });
  const dates = cases.flatMap(({ name }) => results[name]?.date ?? []).sort();
  const span = [...new Set([dates[0], dates.at(-1)])].join(" to ");
  const text = [
    `Run on ${span}: groundwork ${ourVersion} and Pulumi ${pulumi}, Node.js ${process.versions.node}. ${counts(cases, verdicts)}`,
    ["| Behaviour | Pulumi's engine and ours |", "| --- | --- |", ...cases.map((each) => row(each, verdicts))].join(
      "\n",
    ),
  ].join("\n\n");
  writeFileSync(
    file,
    await format(`${before}${BEGIN}\n\n${text}\n\n${after}`, { parser: "markdown", printWidth: 120 }),
  );
}

function counts(cases: readonly Case[], verdicts: readonly Verdict[]): string {
  const count = (is: (verdict: Verdict) => boolean): number => verdicts.filter(is).length;
  const meant = (verdict: Verdict): boolean => verdict.case.differs !== undefined;
  const crossed = count(({ case: { turns }, differences }) => turns.length > 1 && differences.length === 0);
  const unrun = cases.length - verdicts.length;
  return (
    `${cases.length} behaviours: ${count((each) => isExpected(each) && !meant(each))} the same, ` +
    `${count((each) => isExpected(each) && meant(each))} different on purpose, ` +
    `${count((each) => !isExpected(each))} other than expected${unrun === 0 ? "" : `, ${unrun} not run`}. ` +
    `${crossed} were also played by both engines in turn on one state.`
  );
}

function row(each: Case, verdicts: readonly Verdict[]): string {
  const verdict = verdicts.find((candidate) => candidate.case === each);
  return `| ${cell(each.name)} | ${cell(verdict === undefined ? "not run" : outcome(verdict))} |`;
}

function outcome(verdict: Verdict): string {
  const { differs, turns } = verdict.case;
  if (!isExpected(verdict)) return unexpected(verdict);
  if (differs !== undefined) return told(differs);
  return turns.length > 1 ? "same, also on each other's state" : "same";
}

function told({ pulumi, ours, reason }: Difference): string {
  return `**differs**: Pulumi's ${pulumi}; ours ${ours}: ${reason}`;
}

function unexpected({ differences, crossed }: Verdict): string {
  return `**not as expected**: ${[...differences, ...crossed].join("; ") || "meant to differ, and does not"}`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
