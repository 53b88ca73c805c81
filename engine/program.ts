import { createRequire } from "node:module";
import { join } from "node:path";
import type { Context } from "./context";
import { messageOf } from "./errors";
import { loadProgram } from "./load-program";
import { engineHandlers, monitorHandlers } from "./monitor";
import { Activity, divertConsole, ErrorReporter, takeOver, Watch } from "./program-guard";
import { asClient, inSdk, loadSdk } from "./sdk";
import type { Sdk } from "./sdk";
import type { UnfinishedWork } from "./unfinished";

/** Runs the program to its end; true when it ended well. What went wrong has been told by then. */
export async function runProgram(ctx: Context, unfinished: UnfinishedWork): Promise<boolean> {
  const { program, config, options } = ctx.request;
  const projectRequire = createRequire(join(program.directory, "package.json"));
  let sdk: Sdk;
  try {
    sdk = loadSdk(projectRequire);
  } catch (error) {
    ctx.diagnose(
      "error",
      `@pulumi/pulumi cannot be loaded from ${program.directory}; run npm install there: ${messageOf(error)}`,
    );
    return false;
  }
  const reporter = new ErrorReporter(ctx, (error) => sdk.errors.RunError.isInstance(error));
  const activity = new Activity();
  const watch = new Watch();
  const directory = process.cwd();
  const restoreConsole = divertConsole(ctx);
  const restoreHandlers = takeOver(["uncaughtException", "unhandledRejection"], reporter.report);
  const track = <T>(work: Promise<T>): Promise<T> => activity.track(work);
  const connection = {
    ...{ program, config, parallel: options.parallel, dryRun: ctx.dryRun },
    monitor: asClient(monitorHandlers(ctx), track),
    engine: asClient(engineHandlers(ctx), track),
  };
  try {
    process.chdir(program.directory);
    const run = inSdk(sdk, connection, async () => {
      try {
        await sdk.stack.runInPulumiStack(() => loadProgram(projectRequire, program.entry));
      } catch (error) {
        reporter.report(error);
      }
      const tell = (message: string): void => ctx.diagnose("info", message);
      await unfinished.ended(
        async () => {
          await sdk.settings.waitForRPCs();
          ctx.providers.rest();
        },
        () => ctx.stopping,
        tell,
      );
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
