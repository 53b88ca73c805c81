import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CASES } from "./cases";
import type { Case } from "./case";
import { differences } from "./compare";
import { makeExecutables, WORKSHOP } from "./engines";
import type { EngineName } from "./engines";
import { observe } from "./observe";
import type { Observation } from "./observe";
import { TestProject } from "./project";

/** Cases at once: each is a chain of processes. */
const AT_ONCE = 2;

interface Verdict {
  readonly case: Case;
  readonly differences: readonly string[];
}

async function play(engine: EngineName, { name, turns }: Case): Promise<Observation[]> {
  const project = new TestProject(`${engine} ${name}`, name);
  await project.init(engine);
  const seen: Observation[] = [];
  for (const [index, turn] of turns.entries()) seen.push(await observe(engine, project, index, turn));
  return seen;
}

async function judge(each: Case): Promise<Verdict> {
  const ours = await play("groundwork", each);
  const pulumis = await play("pulumi", each);
  const part = (seen: Observation | undefined): unknown =>
    each.compared === undefined ? seen : each.compared.map((field) => seen?.[field]);
  const found = ours.flatMap((one, turn) => differences(part(one), part(pulumis[turn]), `turn ${turn + 1}`));
  return { case: each, differences: found };
}

/** Runs every case, or those whose names hold one of the words; tells each that is other than expected. */
export async function main(words: readonly string[]): Promise<number> {
  makeExecutables(["test"]);
  const chosen = CASES.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  const verdicts: Verdict[] = [];
  const waiting = [...chosen];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const verdict = await judge(next);
      verdicts.push(verdict);
      tell(verdict);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const ordered = chosen.flatMap((each) => verdicts.find((verdict) => verdict.case === each) ?? []);
  writeFileSync(
    join(WORKSHOP, "result.json"),
    JSON.stringify(
      ordered.map(({ case: { name, differs }, differences: found }) => ({ name, differs, found })),
      undefined,
      1,
    ),
  );
  const wrong = ordered.filter((verdict) => !isExpected(verdict));
  console.log(`${ordered.length} behaviours, ${ordered.length - wrong.length} as expected, ${wrong.length} not`);
  return wrong.length === 0 ? 0 : 1;
}

function isExpected({ case: { differs }, differences: found }: Verdict): boolean {
  return (differs === undefined) === (found.length === 0);
}

function tell(verdict: Verdict): void {
  const { name, differs } = verdict.case;
  if (isExpected(verdict)) return console.log(`ok       ${name}${differs === undefined ? "" : " (differs, as meant)"}`);
  console.log(`NOT OK   ${name}${differs === undefined ? "" : ": meant to differ, and does not"}`);
  for (const line of verdict.differences) console.log(`           ${line}`);
}

if (require.main === module) {
  void main(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
}
