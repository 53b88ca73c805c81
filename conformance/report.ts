import { readFileSync, writeFileSync } from "node:fs";
import { format } from "prettier";
import { version as ourVersion } from "../package.json";
import type { Verdict } from "./play";

/** Between these lines of the document stands the result of the last run. */
const [BEGIN, END] = ["<!-- result: written by `npm run conformance` -->", "<!-- end of the result -->"];

export function isExpected({ case: { differs }, differences, crossed }: Verdict): boolean {
  return (differs === undefined) === (differences.length === 0) && crossed.length === 0;
}

export async function writeReport(file: string, verdicts: readonly Verdict[], pulumi: string): Promise<void> {
  const [before = "", rest = ""] = readFileSync(file, "utf8").split(BEGIN);
  const after = rest.slice(rest.indexOf(END));
  const count = (is: (verdict: Verdict) => boolean): number => verdicts.filter(is).length;
  const crossed = count(({ case: { turns }, differences }) => turns.length > 1 && differences.length === 0);
  const text = [
    `Run on ${new Date().toISOString().slice(0, 10)}: groundwork ${ourVersion} and Pulumi ${pulumi}, Node.js ${process.versions.node}.`,
    `${verdicts.length} behaviours: ${count((each) => isExpected(each) && each.case.differs === undefined)} the same, ` +
      `${count((each) => isExpected(each) && each.case.differs !== undefined)} different on purpose, ` +
      `${count((each) => !isExpected(each))} other than expected. ` +
      `${crossed} of them were also played by both engines in turn on one state.`,
    ["| Behaviour | Pulumi's engine and ours |", "| --- | --- |", ...verdicts.map(row)].join("\n"),
  ].join("\n\n");
  writeFileSync(
    file,
    await format(`${before}${BEGIN}\n\n${text}\n\n${after}`, { parser: "markdown", printWidth: 120 }),
  );
}

function row(verdict: Verdict): string {
  const { name, differs, turns } = verdict.case;
  const both = turns.length > 1 ? ", also on each other's state" : "";
  return `| ${cell(name)} | ${isExpected(verdict) ? (differs === undefined ? `same${both}` : told(differs)) : cell(unexpected(verdict))} |`;
}

function told({ pulumi, ours, reason }: { pulumi: string; ours: string; reason: string }): string {
  return cell(`**differs**: Pulumi ${pulumi}; ours ${ours}, because ${reason}`);
}

function unexpected({ differences, crossed }: Verdict): string {
  return `**not as expected**: ${[...differences, ...crossed].join("; ") || "meant to differ, and does not"}`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
