import { resolve } from "node:path";
import { runOperation } from "../../../engine/deployment";
import type { EngineEvent } from "../../../engine/events";
import type { ImportSpec, OperationOptions, OperationRequest, OperationResult } from "../../../engine/operation";
import { EMPTY_SNAPSHOT } from "../../../engine/resource-state";
import type {
  PendingOperation,
  ResourceState,
  Snapshot,
  StateChange,
  StateRecorder,
} from "../../../engine/resource-state";
import { urnName } from "../../../engine/urn";
import type { PropertyMap } from "../../../providers/base/values";
import { MemoryWorld } from "./memory-provider";

/** What programs of tests declare; the conformance run declares the same. */
export { Group, Thing } from "../../../conformance/resources";

/** A recorder that keeps the list in memory, as the journal does on disk. */
export class MemoryRecorder implements StateRecorder {
  resources: ResourceState[];
  readonly pending = new Map<number, PendingOperation>();
  left: PendingOperation[];
  private readonly successors = new Map<ResourceState, ResourceState>();
  private tickets = 0;

  constructor(snapshot: Snapshot) {
    this.resources = [...snapshot.resources];
    this.left = [...snapshot.pendingOperations];
  }

  async begin(type: PendingOperation["type"], resource: ResourceState): Promise<number> {
    this.pending.set(++this.tickets, { type, resource, journaled: true });
    return this.tickets;
  }

  async end(ticket: number, ...changes: StateChange[]): Promise<void> {
    this.pending.delete(ticket);
    changes.forEach((change) => this.apply(change));
  }

  async change(...changes: StateChange[]): Promise<void> {
    changes.forEach((change) => this.apply(change));
  }

  async resolved(operation: PendingOperation): Promise<void> {
    this.left = this.left.filter((other) => other !== operation);
  }

  snapshot(): Snapshot {
    return { resources: this.resources, pendingOperations: [...this.left, ...this.pending.values()] };
  }

  private apply({ put, replacing, remove }: StateChange): void {
    const [former, gone] = [replacing && this.current(replacing), remove && this.current(remove)];
    if (gone !== undefined) this.resources = this.resources.filter((state) => state !== gone);
    if (put === undefined) return;
    if (former === undefined) this.resources = [...this.resources, put];
    else this.resources = this.resources.map((state) => (state === former ? put : state));
    if (former !== undefined) this.successors.set(former, put);
  }

  /** What stands in the place of an entry by now. */
  private current(state: ResourceState): ResourceState {
    let found: ResourceState | undefined = state;
    while (found !== undefined && !this.resources.includes(found)) found = this.successors.get(found);
    if (found === undefined) throw new Error(`${state.urn}: not in the list`);
    return found;
  }
}

export interface Outcome extends OperationResult {
  readonly events: EngineEvent[];
  /** `op name` of each finished step but the stack's and the providers' own. */
  readonly steps: string[];
  readonly errors: string[];
}

/** A stack in memory: each operation goes on from the state that the last one left. */
export class TestStack {
  readonly world = new MemoryWorld();
  snapshot: Snapshot = EMPTY_SNAPSHOT;
  /** The outputs of other stacks of the backend, by name. */
  readonly otherStacks = new Map<string, PropertyMap>();
  /** What differs from the request that `run` makes. */
  request: Partial<OperationRequest> = {};

  up(program: () => unknown, options: Partial<OperationOptions> & { dryRun?: boolean } = {}): Promise<Outcome> {
    return this.run("up", program, options);
  }

  preview(program: () => unknown, options: Partial<OperationOptions> = {}): Promise<Outcome> {
    return this.run("preview", program, { ...options, dryRun: true });
  }

  /** The program is run with the option `runProgram` alone. */
  refresh(options: Partial<OperationOptions> & { dryRun?: boolean } = {}, program?: () => unknown): Promise<Outcome> {
    return this.run("refresh", program ?? (() => undefined), options);
  }

  destroy(options: Partial<OperationOptions> & { dryRun?: boolean } = {}, program?: () => unknown): Promise<Outcome> {
    return this.run("destroy", program ?? (() => undefined), options);
  }

  import(...imports: readonly ImportSpec[]): Promise<Outcome> {
    this.request = { ...this.request, imports };
    return this.run("import", () => undefined, {});
  }

  /** The live entry of a logical name. */
  state(name: string): ResourceState {
    const found = this.snapshot.resources.find((state) => urnName(state.urn) === name && !state.delete);
    if (found === undefined) throw new Error(`the state has no "${name}"`);
    return found;
  }

  names(): string[] {
    return this.snapshot.resources
      .filter((state) => state.type === "test:index:Thing")
      .map((state) => urnName(state.urn));
  }

  private async run(
    kind: OperationRequest["kind"],
    program: () => unknown,
    { dryRun = false, ...options }: Partial<OperationOptions> & { dryRun?: boolean },
  ): Promise<Outcome> {
    const events: EngineEvent[] = [];
    const recorder = new MemoryRecorder(this.snapshot);
    const result = await runOperation({
      ...{ kind, dryRun, recorder, snapshot: this.snapshot },
      program: {
        project: "tests",
        organization: "organization",
        stack: "dev",
        root: resolve(__dirname, "../../.."),
        directory: resolve(__dirname, "../../.."),
        entry: program,
      },
      config: { values: new Map(), secretKeys: new Set() },
      providers: new Map([["test", this.world.factory]]),
      readStack: async (name) => this.otherStacks.get(name),
      options: { parallel: 4, targets: [], refresh: false, ...options },
      onEvent: (event) => events.push(event),
      signal: new AbortController().signal,
      ...this.request,
    });
    if (!dryRun) this.snapshot = recorder.snapshot();
    const steps = events.flatMap((event) =>
      event.kind === "step-done" && event.step.type.startsWith("test:")
        ? [`${event.step.op} ${urnName(event.step.urn)}`]
        : [],
    );
    const errors = events.flatMap((event) =>
      event.kind === "diagnostic" && event.severity === "error" ? [event.message] : [],
    );
    return { ...result, events, steps, errors };
  }
}
