import type { Context } from "./context";
import { messageOf, StepFailedError, StoppedError, UnsupportedError } from "./errors";

/** How long a program may go on, without asking the engine for anything, after one of its resources has failed: ms. */
const GRACE_AFTER_FAILURE = 10_000;

/** What the SDK says of a resource that failed, or of a function whose provider did: that has been told. */
const FOLLOWS = /failed to register|failed to read resource|^resource urn:.* failed$|^the operation is stopping$/;

/** Tells each error of a program once; what merely follows from a failed resource, or from Ctrl-C, is not one. */
export class ErrorReporter {
  private readonly seen = new Set<unknown>();
  hasErrors = false;

  constructor(
    private readonly ctx: Context,
    private readonly isRunError: (error: unknown) => boolean,
  ) {}

  readonly report = (error: unknown): void => {
    if (this.seen.has(error)) return;
    this.seen.add(error);
    this.hasErrors = true;
    if (error instanceof StepFailedError || error instanceof StoppedError) return;
    if ((this.ctx.failed || this.ctx.stopping) && FOLLOWS.test(messageOf(error))) return;
    const isPlain = error instanceof UnsupportedError || this.isRunError(error) || !(error instanceof Error);
    const text = isPlain ? messageOf(error) : (error.stack ?? error.message);
    this.ctx.diagnose("error", isPlain ? text : `the program failed with an unhandled exception:\n${text}`);
  };
}

/** Counts what a program has asked for and not yet been answered. */
export class Activity {
  private pending = 0;
  private last = Date.now();

  async track<T>(work: Promise<T>): Promise<T> {
    this.pending++;
    try {
      return await work;
    } finally {
      this.pending--;
      this.last = Date.now();
    }
  }

  get isIdle(): boolean {
    return this.pending === 0 && Date.now() - this.last >= GRACE_AFTER_FAILURE;
  }
}

/** Notices a program that will not end by itself. */
export class Watch {
  private readonly endings: (() => void)[] = [];

  /** Resolves when the operation is stopping and the program has not moved for a while. */
  stuck(activity: Activity, isStopping: () => boolean): Promise<"stuck"> {
    return new Promise((resolve) => {
      const timer = setInterval(() => {
        if (isStopping() && activity.isIdle) resolve("stuck");
      }, 200);
      timer.unref();
      this.endings.push(() => clearInterval(timer));
    });
  }

  /** Resolves when nothing is left that could wake this process up: the program waits for something that never happens. */
  drained(): Promise<"drained"> {
    return new Promise((resolve) => {
      const listener = () => resolve("drained");
      process.once("beforeExit", listener);
      this.endings.push(() => process.off("beforeExit", listener));
    });
  }

  end(): void {
    for (const end of this.endings) end();
  }
}

/** While a program runs, errors that nobody caught are its own: others' handlers are put aside. */
export function takeOver(names: readonly string[], listener: (error: unknown) => void): () => void {
  const saved = names.map((name) => [name, process.listeners(name as NodeJS.Signals)] as const);
  for (const name of names) process.removeAllListeners(name).on(name, listener);
  return () => {
    for (const [name, listeners] of saved) {
      process.removeAllListeners(name);
      for (const other of listeners) process.on(name as NodeJS.Signals, other);
    }
  };
}

/** What a program prints belongs to the display, not into the middle of it. */
export function divertConsole(ctx: Context): () => void {
  const methods = { log: "info", info: "info", debug: "info", warn: "info#err", error: "info#err" } as const;
  const originals = Object.entries(methods).map(([name, severity]) => {
    const method = name as keyof typeof methods;
    const original = console[method];
    console[method] = (...args: unknown[]) => ctx.diagnose(severity, args.map(asText).join(" "));
    return () => {
      console[method] = original;
    };
  });
  return () => originals.forEach((restore) => restore());
}

function asText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Error) return value.stack ?? value.message;
  return typeof value === "object" ? (JSON.stringify(value) ?? "") : String(value);
}
