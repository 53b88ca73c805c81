import type { EngineEvent } from "../../engine/events";
import type { OperationResult } from "../../engine/operation";
import type { Snapshot, StateRecorder } from "../../engine/resource-state";
import type { UpdateKind } from "../../engine/state/backend";
import { CliError } from "../errors";
import { interruptible } from "../interrupt";
import { makeDisplay, palette } from "../make-display";
import type { OperationFlags, OperationKind } from "../operation-flags";
import { ask } from "../prompt";
import { Session } from "../session";

const UPDATE_KINDS = { up: "update", refresh: "refresh", destroy: "destroy" } as const satisfies Partial<
  Record<OperationKind, UpdateKind>
>;

const NOUNS: Readonly<Record<OperationKind, string>> = {
  preview: "preview",
  up: "update",
  refresh: "refresh",
  destroy: "destroy",
};

/** `preview`, `up`, `refresh` and `destroy`. */
export async function operate(kind: OperationKind, flags: OperationFlags): Promise<void> {
  const previewOnly = kind === "preview" || flags.previewOnly === true;
  if (previewOnly && flags.skipPreview === true) {
    throw new CliError("usage", "--preview-only and --skip-preview exclude each other; leave one of them out");
  }
  const session = await Session.open(flags);
  const operation = new Operation(kind, flags, session);
  if (
    !previewOnly &&
    flags.yes !== true &&
    flags.skipPreview !== true &&
    (!session.workspace.interactive || flags.json === true)
  ) {
    throw new CliError(
      "needs-yes",
      `${kind} asks before it changes anything, and ${flags.json === true ? "--json leaves no place for a question" : "nobody can be asked here"}; pass --yes or --skip-preview`,
    );
  }
  await session.requireStack();
  await session.setConfig(flags.config ?? []);
  if (previewOnly) {
    operation.judge(await operation.preview(), "changes were proposed");
    return;
  }
  if (flags.skipPreview !== true) {
    operation.judge(await operation.preview());
    if (flags.json !== true) process.stdout.write("\n");
    if (flags.yes !== true) await operation.confirm();
  }
  const result = await operation.update();
  operation.judge(result, "changes occurred");
  operation.sayWhatIsLeft();
}

class Operation {
  private readonly previewed: EngineEvent[] = [];

  constructor(
    private readonly kind: OperationKind,
    private readonly flags: OperationFlags,
    private readonly session: Session,
  ) {}

  async preview(): Promise<OperationResult> {
    const snapshot = await this.session.stack.read();
    return interruptible((signal) => this.run(true, snapshot, NOTHING_RECORDED, signal));
  }

  async update(): Promise<OperationResult> {
    const { kind, session, flags } = this;
    if (kind === "preview") throw new Error("a preview updates nothing");
    return interruptible(async (signal) => {
      const update = await session.stack.beginUpdate(UPDATE_KINDS[kind], session.config.salt);
      let result: OperationResult;
      try {
        result = await this.run(false, update.snapshot, update.recorder, signal);
      } catch (error) {
        // The engine itself failed: the journal says what happened so far.
        await update.abandon();
        throw error;
      }
      await update.finish({
        result: result.failed || result.cancelled ? "failed" : "succeeded",
        changes: result.changes,
        config: session.config.forHistory(),
        ...(flags.message !== undefined && { message: flags.message }),
      });
      return result;
    });
  }

  private async run(
    dryRun: boolean,
    snapshot: Snapshot,
    recorder: StateRecorder,
    signal: AbortSignal,
  ): Promise<OperationResult> {
    const { kind, session, flags } = this;
    const [{ DEFAULT_PARALLEL, runOperation }, { builtinProviders }, config] = await Promise.all([
      import("../../engine/deployment"),
      import("../../providers"),
      session.clearConfig(),
    ]);
    const display = await makeDisplay(kind, dryRun, session.names, flags, session.workspace.interactive);
    try {
      return await runOperation({
        kind,
        dryRun,
        program: session.program,
        config,
        snapshot,
        recorder,
        providers: builtinProviders,
        options: {
          parallel: flags.parallel ?? DEFAULT_PARALLEL,
          targets: flags.target ?? [],
          refresh: flags.refresh ?? session.workspace.project.alwaysRefresh,
        },
        onEvent: (event) => {
          const shown = session.redactor.event(event);
          if (dryRun) this.previewed.push(shown);
          display.event(shown);
        },
        signal,
      });
    } finally {
      display.close();
    }
  }

  /** Turns a result into the exit code that it stands for. `found` words `--expect-no-changes`. */
  judge(result: OperationResult, found?: string): void {
    const noun = NOUNS[this.kind];
    if (result.cancelled) {
      throw new CliError("cancelled", `${noun} cancelled; what was done is saved, run it again to go on`);
    }
    if (result.failed) {
      // The display shows which resources failed; a stream of JSON must not be followed by prose on the same terminal.
      throw new CliError("update-failed", `${noun} failed`, true);
    }
    const changed = Object.entries(result.changes).some(([op, count]) => op !== "same" && op !== "read" && count > 0);
    if (found === undefined || this.flags.expectNoChanges !== true || !changed) return;
    const forWhat = this.kind === "preview" ? " for preview" : "";
    throw new CliError("changes-found", `no changes were expected${forWhat} but ${found}`);
  }

  async confirm(): Promise<void> {
    const question = `Do you want to perform this ${NOUNS[this.kind]}? [yes/no/details]: `;
    for (;;) {
      const answer = (await ask(question)).toLowerCase();
      if (answer === "yes" || answer === "y") return;
      if (answer === "no" || answer === "n") throw new CliError("cancelled", "confirmation declined; nothing was done");
      if (answer === "details" || answer === "d") await this.showDetails();
    }
  }

  private async showDetails(): Promise<void> {
    const flags = { ...this.flags, diff: true, json: false };
    const display = await makeDisplay(this.kind, true, this.session.names, flags, false);
    for (const event of this.previewed) display.event(event);
    display.close();
  }

  sayWhatIsLeft(): void {
    const { kind, flags, session } = this;
    if (kind !== "destroy" || flags.json === true || (flags.target ?? []).length > 0) return;
    const command = palette(flags.color).bold(`groundwork stack rm ${session.names.stack}`);
    process.stdout.write(
      "\nThe resources in the stack have been deleted, but the history and configuration associated with the stack " +
        `are still maintained.\nIf you want to remove the stack completely, run \`${command}\`.\n`,
    );
  }
}

const NOTHING_RECORDED: StateRecorder = {
  begin: () => Promise.resolve(0),
  end: () => Promise.resolve(),
  change: () => Promise.resolve(),
  resolved: () => Promise.resolve(),
};
