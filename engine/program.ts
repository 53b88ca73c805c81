import { createRequire } from "node:module";
import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Context } from "./context";
import { deferHeavyModules } from "./deferred-modules";
import { messageOf, StepFailedError, StoppedError } from "./errors";
import { engineHandlers, monitorHandlers } from "./monitor";
import type { ProgramInfo } from "./operation";

/** The parts of the program's own copy of Pulumi's SDK that run it in this process. */
interface Sdk {
  readonly state: {
    withLocalStorage<T>(callback: () => Promise<T>): Promise<T>;
    getStore(): { settings: { monitor?: unknown; engine?: unknown; options: { rootDirectory?: string } } };
  };
  readonly settings: {
    resetOptions(...options: [string, string, number, string, string, boolean, string]): void;
    waitForRPCs(): Promise<void>;
  };
  readonly config: { setAllConfig(values: Record<string, string>, secretKeys: string[]): void };
  readonly stack: { runInPulumiStack(init: () => Promise<unknown>): Promise<unknown> };
  readonly debuggable: { debuggablePromise: <T>(promise: Promise<T>) => Promise<T> };
  readonly resource: { Resource: { callsites(): object[]; readonly framePositionRegExp: RegExp } };
  readonly errors: { RunError: { isInstance(error: unknown): boolean } };
}

/** How long a program may go on, without asking the engine for anything, after one of its resources has failed: ms. */
const GRACE_AFTER_FAILURE = 10_000;

/** Runs the program to its end; true when it ended well. What went wrong has been told by then. */
export async function runProgram(ctx: Context): Promise<boolean> {
  const { program, config } = ctx.request;
  const projectRequire = createRequire(join(program.root, "package.json"));
  let sdk: Sdk;
  try {
    sdk = loadSdk(projectRequire);
  } catch (error) {
    ctx.diagnose(
      "error",
      `@pulumi/pulumi cannot be loaded from ${program.root}; run npm install there: ${messageOf(error)}`,
    );
    return false;
  }
  const reporter = new ErrorReporter(ctx, sdk);
  const activity = new Activity();
  const watch = new Watch();
  const directory = process.cwd();
  const restoreConsole = divertConsole(ctx);
  const restoreHandlers = takeOver(["uncaughtException", "unhandledRejection"], reporter.report);
  try {
    process.chdir(workingDirectory(program));
    const run = sdk.state.withLocalStorage(async () => {
      // The names stand for "connected": calls go to the objects set below, over no port.
      sdk.settings.resetOptions(
        program.project,
        program.stack,
        ctx.request.options.parallel,
        "in-process",
        "in-process",
        ctx.dryRun,
        program.organization,
      );
      const { settings } = sdk.state.getStore();
      settings.monitor = asClient(monitorHandlers(ctx), activity);
      settings.engine = asClient(engineHandlers(ctx), activity);
      settings.options.rootDirectory = program.root;
      sdk.config.setAllConfig(Object.fromEntries(config.values), [...config.secretKeys]);
      try {
        await sdk.stack.runInPulumiStack(() => loadProgram(projectRequire, program.entry));
      } catch (error) {
        reporter.report(error);
      }
      await sdk.settings.waitForRPCs();
      return "ended" as const;
    });
    const outcome = await Promise.race([run, watch.stuck(activity, () => ctx.stopping), watch.drained()]);
    if (outcome === "drained") {
      ctx.diagnose("error", "the program stopped before it was done: something that it waits for never happens");
    }
    // Rejections that nobody handles surface one turn of the event loop later.
    await new Promise((resolve) => setImmediate(resolve));
    return outcome === "ended" && !reporter.hasErrors && !ctx.programLoggedError && !ctx.failed;
  } finally {
    watch.end();
    restoreHandlers();
    restoreConsole();
    process.chdir(directory);
  }
}

function loadSdk(projectRequire: NodeJS.Require): Sdk {
  deferHeavyModules(projectRequire);
  const load = <T>(path: string): T => projectRequire(`@pulumi/pulumi/${path}`) as T;
  const sdk: Sdk = {
    state: load("runtime/state"),
    settings: load("runtime/settings"),
    config: load("runtime/config"),
    stack: load("runtime/stack"),
    debuggable: load("runtime/debuggable"),
    resource: load("resource"),
    errors: load("errors"),
  };
  limitStacks(sdk.resource.Resource);
  // It records a stack for each promise, most of the SDK's cost in time and memory; PULUMI_DEBUG_PROMISE_LEAKS keeps it.
  if (!process.env["PULUMI_DEBUG_PROMISE_LEAKS"]) sdk.debuggable.debuggablePromise = (promise) => promise;
  return sdk;
}

/** Frames of the SDK and of base classes that stand above the line that declares a resource. */
const FRAMES = 12;

/**
 * The SDK takes down the whole stack of each resource, and translating it to TypeScript is half the cost of a program.
 * What is kept of it here is the line that declares the resource, so a few frames do.
 */
function limitStacks(resource: Sdk["resource"]["Resource"]): void {
  resource.callsites = () => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = FRAMES;
    const stack = new Error().stack ?? "";
    Error.stackTraceLimit = stackTraceLimit;
    return stack
      .split("\n")
      .slice(1)
      .map((frame) => {
        const { file, line, column } = resource.framePositionRegExp.exec(frame)?.groups ?? {};
        return file === undefined || file.startsWith("node:")
          ? {}
          : { file, line: Number(line), column: Number(column) };
      });
  };
}

/** As under Pulumi's CLI: the folder of the program, not of the project. */
export function workingDirectory({ entry, root }: ProgramInfo): string {
  if (typeof entry === "function") return root;
  return statSync(entry).isDirectory() ? entry : dirname(entry);
}

/** Loads the program anew each time, with all modules of its own, since loading it is what declares resources. */
async function loadProgram(projectRequire: NodeJS.Require, entry: ProgramInfo["entry"]): Promise<unknown> {
  if (typeof entry === "function") return entry();
  const file = projectRequire.resolve(entry);
  forget(projectRequire.cache, file, new Set());
  const exported: unknown = projectRequire(file);
  const program = isModuleWithDefault(exported) ? exported.default : exported;
  return typeof program === "function" ? ((await program()) as unknown) : program;
}

function isModuleWithDefault(exported: unknown): exported is { default: unknown } {
  return (
    typeof exported === "object" && exported !== null && "default" in exported && Object.keys(exported).length === 1
  );
}

function forget(cache: NodeJS.Require["cache"], file: string, seen: Set<string>): void {
  const module = cache[file];
  if (module === undefined || seen.has(file) || /[\\/]node_modules[\\/]/.test(file)) return;
  seen.add(file);
  for (const child of module.children) forget(cache, child.id, seen);
  delete cache[file];
}

/** Tells each error of a program once; what merely follows from a failed resource has been told on that resource. */
class ErrorReporter {
  private readonly seen = new Set<unknown>();
  hasErrors = false;

  constructor(
    private readonly ctx: Context,
    private readonly sdk: Sdk,
  ) {}

  readonly report = (error: unknown): void => {
    if (this.seen.has(error)) return;
    this.seen.add(error);
    this.hasErrors = true;
    if (error instanceof StepFailedError || error instanceof StoppedError) return;
    if (this.ctx.failed && /failed to register|failed to read resource/.test(messageOf(error))) return;
    const isPlain = this.sdk.errors.RunError.isInstance(error) || !(error instanceof Error);
    const text = isPlain ? messageOf(error) : (error.stack ?? error.message);
    this.ctx.diagnose("error", isPlain ? text : `the program failed with an unhandled exception:\n${text}`);
  };
}

/** Counts what a program has asked for and not yet been answered. */
class Activity {
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
class Watch {
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

type Callback = (error: Error | null, response?: unknown) => void;

/** Handlers as the SDK calls a gRPC client: the message first, the callback last. */
function asClient(handlers: object, activity: Activity): Record<string, unknown> {
  const client: Record<string, unknown> = { close: () => undefined };
  for (const [name, handler] of Object.entries(handlers) as [string, (request: unknown) => Promise<unknown>][]) {
    client[name] = (request: unknown, ...rest: unknown[]) => {
      const callback = rest[rest.length - 1] as Callback;
      activity.track(handler(request)).then(
        (response) => callback(null, response),
        (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
      );
    };
  }
  return client;
}

/** While a program runs, errors that nobody caught are its own: others' handlers are put aside. */
function takeOver(names: readonly string[], listener: (error: unknown) => void): () => void {
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
function divertConsole(ctx: Context): () => void {
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
