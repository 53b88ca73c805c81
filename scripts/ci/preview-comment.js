"use strict";
const { text } = require("node:stream/consumers");
const { runMain } = require("../setup/failure");

/** What GitHub takes in one comment is 65,536 characters; several stacks share one. */
const LIMIT = 20_000;
const TOTALS = /^(Resources:\n(?: {4}.+\n?)+)/m;

/** A section of Markdown, closed behind its totals, from what `preview` printed of a stack. */
function previewComment(stack, output) {
  const clean = output.trimEnd();
  const totals = TOTALS.exec(`${clean}\n`)?.[1]?.trimEnd() ?? "The preview did not succeed.";
  // The end of it has the totals, or the error.
  const shown = clean.length > LIMIT ? `…\n${clean.slice(-LIMIT)}` : clean;
  const fence = "`".repeat(Math.max(3, longestRun(shown) + 1));
  const details = ["<details><summary>Details</summary>", "", `${fence}diff`, shown, fence, "", "</details>"];
  return [`### Preview of ${stack}`, "", "```", totals, "```", "", ...details, ""].join("\n");
}

/** Of backquotes: the fence around them has to be longer. */
function longestRun(shown) {
  return Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
}

module.exports = { previewComment };

if (require.main === module) {
  void runMain(async () => {
    process.stdout.write(previewComment(process.argv[2] ?? "", await text(process.stdin)));
    return 0;
  });
}
