import { resolve } from "node:path";

import type { EngineEvent } from "../../engine/events";
import type { ImportSpec, OperationResult, PolicyPackOptions, ProgramInfo, StackConfig } from "../../engine/operation";
import { PlanBuilder } from "../../engine/plan";
import type { Plan } from "../../engine/plan";
import type { Snapshot, StateRecorder } from "../../engine/resource-state";
import { CliError } from "../errors";
import { interruptible } from "../interrupt";
import { makeDisplay, palette } from "../make-display";
import type { OperationFlags, OperationKind } from "../operation-flags";
import { ask } from "../prompt";
import { Session } from "../session";
import { removeStack } from "./stack";

/** What an operation is called in sentences and in the history. */
const NOUNS = { preview: "preview", up: "update", refresh: "refresh", destroy: "destroy", import: "import" } as const;
/** What the history calls it. */
const KINDS = { ...NOUNS, import: "resource-import" } as const;

type ImportsOf = (program: ProgramInfo) => readonly ImportSpec[];

/** `preview`, `up`, `refresh`, `destroy` and `import`; resolves to what happened in an import. */
export async function operate(
  kind: OperationKind,
  flags: OperationFlags,
  importsOf: ImportsOf = () => [],
): Promise<readonly EngineEvent[]> {
  const { yes = false, skipPreview = false, json = false } = flags;
  if (flags.previewOnly === true && skipPreview) {
    throw new CliError("usage", "--preview-only and --skip-preview exclude each other; leave one of them out");
  }
  if (flags.exclude !== undefined && (flags.target ?? flags.targetReplace) !== undefined) {
    throw new CliError("usage", "--target and --exclude exclude each other; leave one of them out");
  }
  const { policyPack: packs = [], policyPackConfig: configs = [] } = flags;
  if (configs.length > 0 && configs.length !== packs.length) {
    throw new CliError("usage", "--policy-pack-config goes with --policy-pack: give as many of one as of the other");
  }
  const session = await Session.open(flags);
  const previewOnly = kind === "preview" || flags.previewOnly === true;
  const asks = !previewOnly && !yes && !skipPreview;
  if (asks && (json || !session.workspace.interactive)) {
    const why = json ? "--json leaves no place for a question" : "nobody can be asked here";
    throw new CliError(
      "needs-yes",
      `${kind} asks before it changes anything, and ${why}; pass --yes or --skip-preview`,
    );
  }
  await session.requireStack();
  if (kind === "up" || kind === "preview" || flags.runProgram === true) requireProgram(session);
  await session.setConfig(flags.config ?? []);
  const operation = new Operation(kind, flags, session, await session.clearConfig(), importsOf(session.program));
  if (flags.plan !== undefined) await operation.loadPlan(flags.plan);
  if (previewOnly) {
    const result = await operation.preview();
    if (flags.savePlan !== undefined && !result.failed) await operation.savePlan(flags.savePlan);
    operation.judge(result, "changes were proposed");
    return [];
  }
  if (!skipPreview) {
    operation.judge(await operation.preview());
    if (!json) process.stdout.write("\n");
    if (asks) await operation.confirm();
  }
  operation.judge(await operation.update(), "changes occurred");
  const isWhole = (flags.target ?? flags.exclude) === undefined && flags.excludeProtected !== true;
  if (flags.remove === true) {
    await removeStack(session, {});
    if (!json) process.stdout.write(`\nThe stack '${session.stack.name}' has been removed.\n`);
  } else if (kind === "destroy" && !json && isWhole) {
    const command = palette(flags.color).bold(`groundwork stack rm ${session.stack.name}`);
    process.stdout.write(
      "\nThe resources in the stack have been deleted, but the history and configuration associated with the stack " +
        `are still maintained.\nIf you want to remove the stack completely, run \`${command}\`.\n`,
    );
  }
  return operation.imported;
}

/** Before anything is asked or touched. @throws ProjectError when there is no program */
function requireProgram({ program }: Session): void {
  void program.entry;
}

class Operation {
  private readonly previewed: EngineEvent[] = [];
  readonly imported: EngineEvent[] = [];
  /** What it is held to. */
  private plan: Plan | undefined;

  constructor(
    private readonly kind: OperationKind,
    private readonly flags: OperationFlags,
    private readonly session: Session,
    private readonly config: StackConfig,
    private readonly imports: readonly ImportSpec[],
  ) {}

  async preview(): Promise<OperationResult> {
    const snapshot = await this.session.stack.read();
    const result = await interruptible((signal) => this.run(true, snapshot, NOTHING_RECORDED, signal));
    if (result.cancelled) throw new CliError("cancelled", "preview cancelled; nothing was changed");
    return result;
  }

  update(): Promise<OperationResult> {
    const { config, stack } = this.session;
    const kind = KINDS[this.kind];
    if (kind === "preview") throw new Error("a preview updates nothing");
    return interruptible(async (signal) => {
      const update = await stack.beginUpdate(kind, config.salt);
      const result = await this.run(false, update.snapshot, update.recorder, signal).catch(async (error: unknown) => {
        // The engine itself failed: the journal says what happened so far.
        await update.abandon();
        throw error;
      });
      await update.finish({
        result: result.failed || result.cancelled ? "failed" : "succeeded",
        changes: result.changes,
        config: config.forHistory(),
        ...(this.flags.message !== undefined && { message: this.flags.message }),
      });
      return result;
    });
  }

  async loadPlan(path: string): Promise<void> {
    const { loadPlan } = await import("../../engine/state/plan-file");
    this.plan = await loadPlan(path, await this.session.codec());
  }

  async savePlan(path: string): Promise<void> {
    const { session, flags } = this;
    const { savePlan } = await import("../../engine/state/plan-file");
    const builder = new PlanBuilder();
    for (const event of this.previewed) builder.event(event);
    await savePlan(path, builder.plan, session.config.forHistory(), await session.codec());
    if (flags.json === true) return;
    process.stdout.write(
      `\nThe plan is in ${path}; \`groundwork up --plan ${path}\` does what it allows and nothing else.\n`,
    );
  }

  /** Turns a result into the exit code that it stands for. `found` words `--expect-no-changes`. */
  judge({ cancelled, failed, changes }: OperationResult, found?: string): void {
    const noun = NOUNS[this.kind];
    if (cancelled) throw new CliError("cancelled", `${noun} cancelled; what was done is saved, run it again to go on`);
    // The display has shown what failed and why.
    if (failed) throw new CliError("update-failed", `${noun} failed`, true);
    const changed = Object.entries(changes).some(([op, count]) => op !== "same" && op !== "read" && count > 0);
    if (found === undefined || this.flags.expectNoChanges !== true || !changed) return;
    const what = noun === "preview" ? " for preview" : "";
    throw new CliError("changes-found", `no changes were expected${what} but ${found}`);
  }

  async confirm(): Promise<void> {
    for (;;) {
      const answer = (await ask(`Do you want to perform this ${NOUNS[this.kind]}? [yes/no/details]: `)).toLowerCase();
      if (answer === "yes" || answer === "y") return;
      if (answer === "no" || answer === "n") throw new CliError("cancelled", "confirmation declined; nothing was done");
      if (answer !== "details" && answer !== "d") continue;
      const display = await makeDisplay(this.kind, true, this.session, { ...this.flags, diff: true });
      for (const event of this.previewed) display.event(event);
      display.close();
    }
  }

  private async run(
    dryRun: boolean,
    snapshot: Snapshot,
    recorder: StateRecorder,
    signal: AbortSignal,
  ): Promise<OperationResult> {
    const { kind, session, flags, config } = this;
    const { DEFAULT_PARALLEL, runOperation } = await import("../../engine/deployment");
    const { builtinProviders: providers } = await import("../../providers");
    const display = await makeDisplay(kind, dryRun, session, flags);
    const options = {
      parallel: flags.parallel ?? DEFAULT_PARALLEL,
      targets: [...(flags.target ?? []), ...(flags.targetReplace ?? [])],
      replace: [...(flags.replace ?? []), ...(flags.targetReplace ?? [])],
      targetDependents: flags.targetDependents === true,
      excludes: flags.exclude ?? [],
      excludeDependents: flags.excludeDependents === true,
      clearPendingCreates: flags.clearPendingCreates === true,
      excludeProtected: flags.excludeProtected === true,
      continueOnError: flags.continueOnError === true,
      runProgram: flags.runProgram === true,
      refresh: flags.refresh ?? session.workspace.project.alwaysRefresh,
    };
    const onEvent = (event: EngineEvent): void => {
      if (event.kind === "diagnostic" && event.severity === "debug" && !flags.debug) return;
      const shown = session.redactor.event(event);
      if (dryRun) this.previewed.push(shown);
      else if (kind === "import") this.imported.push(shown);
      display.event(shown);
    };
    const { program, workspace } = session;
    const plugins = {
      official: flags.providers === "official",
      project: workspace.project.plugins,
      environment: process.env,
    };
    const request = {
      ...{ kind, dryRun, program, config, snapshot, recorder, providers, plugins, options, onEvent, signal },
      imports: this.imports,
      policyPacks: policyPacks(flags),
      readStack: (name: string) => workspace.outputsOf(name),
      ...(this.plan !== undefined && { plan: this.plan }),
    };
    return runOperation(request).finally(() => display.close());
  }
}

/** Packs with their configurations, as the paths are before the program changes to its own folder. */
export function policyPacks({
  policyPack = [],
  policyPackConfig = [],
}: Pick<OperationFlags, "policyPack" | "policyPackConfig">): readonly PolicyPackOptions[] {
  const configs = policyPackConfig.map((path) => resolve(path));
  return policyPack.map((path, i) => ({ path: resolve(path), config: configs[i] }));
}

const NOTHING_RECORDED: StateRecorder = {
  begin: () => Promise.resolve(0),
  end: () => Promise.resolve(),
  change: () => Promise.resolve(),
  resolved: () => Promise.resolve(),
};
