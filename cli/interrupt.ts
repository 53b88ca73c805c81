import { SHOW_CURSOR } from "./display/live";
import { EXIT } from "./errors";

const SIGNALS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Runs `work` with a signal that the first Ctrl-C aborts: what runs is completed and saved. A second one ends the
 * process at once; the journal then holds what was begun.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (!controller.signal.aborted) {
      controller.abort();
      process.stderr.write(
        "\ncancelling: no new step is begun, running ones complete and are saved; press Ctrl-C again to stop at once\n",
      );
      return;
    }
    if (process.stdout.isTTY) process.stdout.write(SHOW_CURSOR);
    process.stderr.write(
      "\nstopped: what was running may or may not have happened; the journal beside the state names it, " +
        "and the next run finds out and goes on from there\n",
    );
    process.exit(EXIT.cancelled);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    return await work(controller.signal);
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}
