import { cpus } from "node:os";
import { join } from "node:path";
import { CASES } from "./cases";
import { makeExecutables } from "./engines";
import { pulumiVersion } from "./find-pulumi";
import { judge } from "./play";
import type { Verdict } from "./play";
import { ROOT } from "./places";
import { isExpected, keepResult, writeReport } from "./report";

/** Cases at once: each is a chain of processes, which wait for one another. */
const AT_ONCE = Number(process.env["CONFORMANCE_AT_ONCE"] ?? 2 * cpus().length);

/**
 * `npm run conformance [-- WORDS…]`: runs every case, or those whose names hold one of the words, tells each that is
 * other than expected, and writes the last result of each into the documentation.
 */
async function main(words: readonly string[]): Promise<number> {
  const version = await pulumiVersion();
  console.log(`against Pulumi ${version}`);
  makeExecutables(["test", "tls", "random"]);
  const chosen = CASES.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  const verdicts: (Verdict | undefined)[] = chosen.map(() => undefined);
  const waiting = [...chosen.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, each] = next;
      const verdict = await judge(each, index % 2 === 0 ? "groundwork" : "pulumi");
      verdicts[index] = verdict;
      tell(verdict);
      keepResult(verdict);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const judged = verdicts.filter((verdict) => verdict !== undefined);
  const wrong = judged.filter((verdict) => !isExpected(verdict));
  console.log(`${judged.length} behaviours, ${judged.length - wrong.length} as expected, ${wrong.length} not`);
  await writeReport(join(ROOT, "docs/reference/conformance.md"), CASES, version);
  return wrong.length === 0 ? 0 : 1;
}

function tell(verdict: Verdict): void {
  const { name, differs } = verdict.case;
  if (isExpected(verdict)) return console.log(`ok       ${name}${differs === undefined ? "" : " (differs, as meant)"}`);
  console.log(`NOT OK   ${name}${differs === undefined ? "" : ": meant to differ"}`);
  for (const line of [...verdict.differences, ...verdict.crossed]) console.log(`           ${line}`);
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
