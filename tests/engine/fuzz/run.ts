import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { runOperation } from "../../../engine/deployment";
import type { EngineEvent, StepInfo } from "../../../engine/events";
import type { ImportSpec, OperationOptions, OperationRequest } from "../../../engine/operation";
import type { PendingOperation, Snapshot, StateChange, StateRecorder } from "../../../engine/resource-state";
import { JournalRecorder, replay } from "../../../engine/state/journal";
import type { JournalEntry } from "../../../engine/state/journal";
import { JournalFile, parseJournal } from "../../../engine/state/journal-file";
import { keyCrypter } from "../../../engine/state/passphrase";
import { PropertyCodec } from "../../../engine/state/property-codec";
import { MemoryRecorder } from "../support/harness";
import { declare } from "./program";
import type { FuzzProgram } from "./program";
import type { FuzzWorld } from "./world";

export interface FuzzOperation {
  readonly kind: "preview" | "up" | "refresh" | "destroy" | "import";
  readonly dryRun: boolean;
  readonly program: FuzzProgram;
  readonly options: Partial<OperationOptions>;
  /** Of an import. */
  readonly imports?: readonly ImportSpec[];
  /** After how many records on disk, or changes of the world, the process dies. */
  readonly crashAfter?: { readonly records: number } | { readonly effects: number };
  /** After how many provider calls the user interrupts. */
  readonly cancelAfter?: number;
}

export interface FuzzOutcome {
  readonly failed: boolean;
  readonly errors: readonly string[];
  readonly steps: readonly StepInfo[];
  readonly snapshot: Snapshot;
  readonly records: number;
}

/** Hears what a run did, for whoever looks into a failure. */
export type Trace = (
  operation: FuzzOperation,
  events: readonly EngineEvent[],
  left: Snapshot,
  world: FuzzWorld,
) => void;

/** Where a run records: what is left of it when the process dies is what the next run starts from. */
export interface FuzzRecorder extends StateRecorder {
  survivors(): Promise<Snapshot>;
}

export type OpenRecorder = (base: Snapshot) => Promise<FuzzRecorder>;

export async function openMemory(base: Snapshot): Promise<FuzzRecorder> {
  const recorder = new MemoryRecorder(base);
  return Object.assign(recorder, { survivors: () => Promise.resolve(recorder.snapshot()) });
}

const codec = new PropertyCodec(keyCrypter(Buffer.alloc(32)));

/** The real journal in a file: what is left is read back from there. */
export function journalIn(folder: string): OpenRecorder {
  const path = `${folder}/journal`;
  return async (base) => {
    const file = await JournalFile.create(path, []);
    const recorder = new JournalRecorder(base, file, codec);
    const survivors = async (): Promise<Snapshot> => {
      await file.close();
      return replay(base, parseJournal(readFileSync(path)).entries as JournalEntry[], codec);
    };
    return Object.assign(recorder, { survivors });
  };
}

/** Carries out one operation on the world, as far as it comes. */
export async function runFuzz(
  world: FuzzWorld,
  base: Snapshot,
  operation: FuzzOperation,
  open: OpenRecorder,
  trace: Trace = () => undefined,
): Promise<FuzzOutcome> {
  const { kind, dryRun, program, options, imports = [] } = operation;
  const { records = Infinity, effects = Infinity }: { records?: number; effects?: number } = operation.crashAfter ?? {};
  const events: EngineEvent[] = [];
  const abort = new AbortController();
  const recorder = await open(base);
  const mortal = new MortalRecorder(recorder, records, () => {
    world.frozen = true;
    abort.abort();
  });
  let calls = 0;
  let changes = 0;
  world.onCall = () => {
    if (++calls === operation.cancelAfter) abort.abort();
  };
  world.onEffect = () => {
    if (++changes === effects) mortal.die();
  };
  const request: OperationRequest = {
    ...{ kind, dryRun, imports, snapshot: base, recorder: mortal, signal: abort.signal },
    program: {
      ...{ project: "fuzz", organization: "organization", stack: "dev", entry: declare(program) },
      root: resolve(__dirname, "../../.."),
      directory: resolve(__dirname, "../../.."),
    },
    config: { values: new Map(), secretKeys: new Set() },
    providers: new Map([["test", world.factory]]),
    options: { parallel: 4, targets: [], refresh: false, ...options },
    onEvent: (event) => events.push(event),
  };
  const result = await runOperation(request);
  world.frozen = false;
  world.onCall = () => undefined;
  world.onEffect = () => undefined;
  world.faults = [];
  const left = await recorder.survivors();
  trace(operation, events, left, world);
  return {
    failed: result.failed || mortal.isDead,
    errors: events.flatMap((event) =>
      event.kind === "diagnostic" && event.severity === "error" ? [event.message] : [],
    ),
    steps: events.flatMap((event) => (event.kind === "step-done" ? [event.step] : [])),
    snapshot: left,
    records: mortal.records,
  };
}

/** Passes a number of records on, until they are on disk; then the process is dead, and nothing that it does counts. */
class MortalRecorder implements StateRecorder {
  records = 0;
  isDead = false;
  private release: () => void = () => undefined;
  private readonly death = new Promise<void>((resolve) => (this.release = resolve));

  constructor(
    private readonly recorder: StateRecorder,
    private readonly lifetime: number,
    private readonly onDeath: () => void,
  ) {}

  die(): void {
    this.isDead = true;
    this.onDeath();
    this.release();
  }

  begin(type: PendingOperation["type"], resource: Parameters<StateRecorder["begin"]>[1]): Promise<number> {
    return this.record(() => this.recorder.begin(type, resource), -1);
  }

  end(ticket: number, ...changes: StateChange[]): Promise<void> {
    return this.record(() => this.recorder.end(ticket, ...changes), undefined);
  }

  change(...changes: StateChange[]): Promise<void> {
    return this.record(() => this.recorder.change(...changes), undefined);
  }

  resolved(operation: PendingOperation): Promise<void> {
    return this.record(() => this.recorder.resolved(operation), undefined);
  }

  private async record<T>(write: () => Promise<T>, nothing: T): Promise<T> {
    if (this.isDead) return nothing;
    if (this.records === this.lifetime) {
      // Never written: whoever waits for it must not go on while the last record is still on its way to the disk.
      await this.death;
      return nothing;
    }
    const isLast = ++this.records === this.lifetime;
    const written = await write();
    if (isLast) this.die();
    return written;
  }
}
