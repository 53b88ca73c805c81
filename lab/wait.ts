import { setTimeout as sleep } from "node:timers/promises";

export interface WaitOptions {
  /** For the error: `sshd on relay1`. */
  readonly subject: string;
  /** In milliseconds. @default 30_000 */
  readonly limit?: number;
  /** In milliseconds between two tries. @default 50 */
  readonly interval?: number;
  /** Looked up when the time is over, for the error's last lines. */
  readonly explain?: () => string;
}

/** Tries until `attempt` gives something other than `undefined`; an error of `attempt` ends the wait. */
export async function waitFor<T>(attempt: () => Promise<T | undefined> | T | undefined, options: WaitOptions) {
  const { subject, limit = 30_000, interval = 50, explain } = options;
  const end = Date.now() + limit;
  for (;;) {
    const result = await attempt();
    if (result !== undefined) return result;
    if (Date.now() >= end) {
      const reason = explain?.().trim() ?? "";
      throw new Error(`${subject} was not ready within ${limit / 1000} s.${reason === "" ? "" : `\n${reason}`}`);
    }
    await sleep(interval);
  }
}
