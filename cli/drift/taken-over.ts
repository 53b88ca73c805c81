import type { HistoryEntry } from "../../engine/state/backend";

/** These make a stack as the program declares it. */
const DECLARING = ["update", "destroy"];

/**
 * Why the state does not say what is declared, when it does not: a refresh records what it finds as if somebody had
 * declared it, and so does an update that refreshes first and then fails. Held against such a state, what drifted looks
 * as it should. `undefined` once an update has succeeded since.
 *
 * @param history most recent first
 */
export function takenOver(stack: string, history: readonly HistoryEntry[]): string | undefined {
  for (const { kind, result, endTime, resourceChanges = {} } of history) {
    const when = new Date(endTime * 1000).toISOString();
    if (DECLARING.includes(kind)) {
      if (result === "succeeded") return undefined;
      return (
        `the ${kind} that ended at ${when} failed: what it did not reach, or has found and not repaired, may be recorded ` +
        `as if it were declared; run \`groundwork up --stack ${stack}\` until it succeeds`
      );
    }
    const found = Object.entries(resourceChanges).filter(([op, count]) => op !== "same" && count > 0);
    if (kind === "refresh" && found.length > 0) {
      return (
        `a refresh that ended at ${when} recorded what it found (${found.map(([op, count]) => `${op} ${count}`).join(", ")}) ` +
        `as if it were declared; \`groundwork preview --stack ${stack}\` tells the differences, \`up\` repairs them`
      );
    }
  }
  return undefined;
}
