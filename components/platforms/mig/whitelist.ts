const REGEX = "re:";
/** Go's RE2 has no look-around and no back-references, which JavaScript would take. */
const NOT_RE2 = /\(\?(?:[=!]|<[=!])|\\[1-9]/;
/** As the agent makes it, `<os>.<host>.<random>`, and as its permissions allow. */
const QUEUE_LOCATION = /^(linux|windows|darwin)\.[^\s.]\S*$/;

/** Why an entry of the scheduler's whitelist is of no use, or `undefined`. The scheduler panics on a bad expression. */
export function whitelistProblem(entry: string): string | undefined {
  if (entry !== entry.trim() || entry.includes("\n")) return "has white space around it or a line break in it";
  if (!entry.startsWith(REGEX)) {
    return QUEUE_LOCATION.test(entry)
      ? undefined
      : `"${entry}" is no agent's queue location, as linux.host1.example.net.58b3mndjmbb00; expressions begin with ${REGEX}`;
  }
  const expression = entry.slice(REGEX.length);
  // The scheduler takes a shorter line for a literal one.
  if (entry.length <= 4) return "is too short for an expression: the scheduler reads it literally";
  if (NOT_RE2.test(expression)) return `"${expression}" uses look-around or a back-reference, which Go's RE2 has not`;
  try {
    new RegExp(`^${expression}$`);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The file's content, an entry a line. */
export function renderWhitelist(entries: readonly string[]): string {
  return entries.map((entry) => `${entry}\n`).join("");
}
