import { createRequire } from "node:module";
import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Context } from "./context";
import { declaringCallsite } from "./callsite";
import { deferHeavyModules } from "./deferred-modules";
import { messageOf } from "./errors";
import { loadProgram } from "./load-program";
import { engineHandlers, monitorHandlers } from "./monitor";
import type { ProgramInfo } from "./operation";
import { Activity, divertConsole, ErrorReporter, takeOver, Watch } from "./program-guard";

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
  readonly resource: { Resource: { callsites(): object[] } };
  readonly errors: { RunError: { isInstance(error: unknown): boolean } };
}

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
  const reporter = new ErrorReporter(ctx, (error) => sdk.errors.RunError.isInstance(error));
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
  sdk.resource.Resource.callsites = declaringCallsite;
  // It records a stack for each promise, most of the SDK's cost in time and memory; PULUMI_DEBUG_PROMISE_LEAKS keeps it.
  if (!process.env["PULUMI_DEBUG_PROMISE_LEAKS"]) sdk.debuggable.debuggablePromise = (promise) => promise;
  return sdk;
}

/** As under Pulumi's CLI: the folder of the program, not of the project. */
export function workingDirectory({ entry, root }: ProgramInfo): string {
  if (typeof entry === "function") return root;
  return statSync(entry).isDirectory() ? entry : dirname(entry);
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
