import { EMPTY_SNAPSHOT } from "../../../engine/resource-state";
import type { ResourceState, Snapshot } from "../../../engine/resource-state";
import { arrange, verifyIntegrity } from "../../../engine/state/integrity";
import { referencesOf } from "../../../engine/state-list";
import { keyOf, thingName } from "./program";
import type { FuzzProgram } from "./program";
import { runFuzz } from "./run";
import type { FuzzOperation, FuzzOutcome, OpenRecorder, Trace } from "./run";
import type { Scenario } from "./scenario";
import { upset } from "./upset";
import type { Upset } from "./upset";
import { FuzzWorld } from "./world";

const NOTHING: FuzzProgram = { provider: undefined, groups: [], things: [] };

/** What a program asks for and its options forbid: nobody but its author can say which of the two is to go. */
const RULED_OUT = /protected|which its option import names/;

/** Plays a scenario and checks after each turn that the state is sound, and in the end that peace brings order. */
export async function play(scenario: Scenario, open: OpenRecorder, trace?: Trace): Promise<void> {
  const game = new Game(open, trace);
  game.world.deleteBeforeReplace = scenario.deleteBeforeReplace;
  for (const { upsets, operation, faults } of scenario.turns) {
    game.upset(upsets);
    game.world.faults = [...faults];
    await game.turn(operation);
  }
  await game.converge(scenario.finally);
}

class Game {
  readonly world = new FuzzWorld();
  private snapshot: Snapshot = EMPTY_SNAPSHOT;
  /** Objects that nobody manages, or not any more by somebody's own wish. */
  private readonly free = new Set<string>();
  private isAdrift = false;

  constructor(
    private readonly open: OpenRecorder,
    private readonly trace: Trace | undefined,
  ) {}

  upset(upsets: readonly Upset[]): void {
    for (const each of upsets) {
      this.snapshot = upset(this.snapshot, this.world, each);
      if (each.kind === "vanish" || each.kind === "drift") this.isAdrift = true;
    }
  }

  async turn(given: FuzzOperation): Promise<FuzzOutcome> {
    const operation = this.provide(given);
    const before = describe(this.world);
    const outcome = await runFuzz(this.world, this.snapshot, operation, this.open, this.trace);
    if (operation.dryRun) {
      expect([outcome.records, describe(this.world)]).toEqual([0, before]);
      expect(outcome.snapshot).toEqual(this.snapshot);
      return outcome;
    }
    checkSound(outcome.snapshot);
    for (const { op, old } of outcome.steps) {
      if (op.startsWith("delete") && old?.retainOnDelete === true) this.free.add(addressOf(old));
    }
    this.snapshot = { ...outcome.snapshot, resources: arrange(outcome.snapshot.resources) };
    return outcome;
  }

  /** Nothing goes wrong any more: one update makes everything as declared, a second has nothing to do. */
  async converge(wanted: FuzzProgram): Promise<void> {
    const options = { refresh: this.isAdrift || this.world.misreported.size > 0 };
    let program = wanted;
    let first = await this.turn(peaceful("up", program, options));
    if (first.failed && first.errors.every((message) => RULED_OUT.test(message))) {
      this.unprotect();
      const things = wanted.things.map((thing) => ({ ...thing, protect: false, import: false }));
      program = { ...wanted, things };
      first = await this.turn(peaceful("up", program, options));
    }
    expect(first.errors).toEqual([]);
    expect(first.failed).toBe(false);
    this.checkConverged(program);

    this.world.mutations = [];
    const { resources } = this.snapshot;
    const second = await this.turn(peaceful("up", program, {}));
    expect(second.errors).toEqual([]);
    expect(
      second.steps.filter(({ op }) => op !== "same" && op !== "read").map(({ op, urn }) => `${op} ${urn}`),
    ).toEqual([]);
    expect(this.world.mutations).toEqual([]);
    expect(this.snapshot.resources).toEqual(resources);

    this.unprotect();
    const last = await this.turn(peaceful("destroy", NOTHING, {}));
    expect(last.errors).toEqual([]);
    expect(this.snapshot).toEqual(EMPTY_SNAPSHOT);
    this.checkNothingElse(new Set());
  }

  private checkConverged(program: FuzzProgram): void {
    const { resources, pendingOperations } = this.snapshot;
    expect(pendingOperations).toEqual([]);
    const things = new Map<string, ResourceState>();
    for (const state of resources) {
      const marks = { delete: state.delete, gone: state.pendingReplacement, ill: state.initErrors, urn: state.urn };
      expect(marks).toEqual({ urn: state.urn });
      if (state.type === "test:index:Thing") things.set(nameOf(state), state);
    }
    expect([...things.keys()].sort()).toEqual(program.things.map(thingName).sort());
    for (const spec of program.things) {
      const state = things.get(thingName(spec));
      if (spec.read) {
        expect(state).toMatchObject({ id: keyOf(spec), external: true });
        continue;
      }
      expect(state).toMatchObject({ id: keyOf(spec), inputs: { key: keyOf(spec) } });
      if (!spec.ignoreChanges) expect(state).toMatchObject({ inputs: { value: spec.value } });
      if (state === undefined) continue;
      const { at, made, ...object } = this.world.objects.get(addressOf(state)) ?? {};
      expect({ at, made, ...object }).toEqual(state.outputs);
      expect(object).toEqual(state.inputs);
    }
    this.checkNothingElse(new Set([...things.values()].map(addressOf)));
  }

  /** Besides what is managed there is only what was left on purpose, or what a call made and denied. */
  private checkNothingElse(managed: ReadonlySet<string>): void {
    const isExplained = (at: string): boolean => {
      if (this.free.has(at) || this.world.misreported.has(at)) return true;
      const within = this.world.objects.get(at)?.["within"];
      return typeof within === "string" && isExplained(at.slice(0, at.indexOf("/") + 1) + within);
    };
    const others = [...this.world.objects.keys()].filter((at) => !managed.has(at) && !isExplained(at));
    expect(others).toEqual([]);
  }

  /** Makes what a program or an operation imports, unless it is managed already, and what a program reads. */
  private provide({ imports = [], ...operation }: FuzzOperation): FuzzOperation {
    const { things, provider } = operation.program;
    for (const spec of things.filter((each) => each.import || each.read)) {
      const key = keyOf(spec);
      const at = `${spec.explicitProvider ? (provider?.place ?? "") : ""}/${key}`;
      if (spec.read ? this.world.objects.has(at) : this.isManaged(at)) continue;
      this.put(at, key, spec.value);
    }
    const importable = imports.filter(({ id = "" }) => !this.isManaged(`/${id}`) && !this.isPending(id));
    for (const { id = "" } of importable) this.put(`/${id}`, id, 0);
    return { ...operation, imports: importable };
  }

  private put(at: string, key: string, value: number): void {
    this.world.objects.set(at, { key, value, seen: [], made: 0, at });
    this.free.add(at);
  }

  private isManaged(at: string): boolean {
    return this.snapshot.resources.some((state) => addressOf(state) === at);
  }

  private isPending(key: string): boolean {
    return this.snapshot.pendingOperations.some(({ resource }) => resource.inputs["key"] === key);
  }

  private unprotect(): void {
    const resources = this.snapshot.resources.map(({ protect: _protect, ...state }) => state);
    this.snapshot = { ...this.snapshot, resources };
  }
}

function peaceful(kind: "up" | "destroy", program: FuzzProgram, options: FuzzOperation["options"]): FuzzOperation {
  return { kind, dryRun: false, program, options };
}

/** Valid by the rules of the file, and nothing had to be left out for that but what stands in a circle. */
function checkSound({ resources, pendingOperations }: Snapshot): void {
  verifyIntegrity(arrange(resources));
  const urns = new Set(resources.map((state) => state.urn));
  const dangling = resources.flatMap((state) =>
    [...referencesOf(state)].filter((urn) => !urns.has(urn)).map((urn) => `${state.urn} refers to ${urn}`),
  );
  expect(dangling).toEqual([]);
  const open = pendingOperations.map(({ type, resource }) => `${type} ${resource.urn}`);
  expect(open).toEqual([...new Set(open)]);
}

function describe({ objects }: FuzzWorld): unknown[] {
  return [...objects].sort(([a], [b]) => (a < b ? -1 : 1));
}

function nameOf({ urn }: ResourceState): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

function addressOf({ outputs }: ResourceState): string {
  return String(outputs["at"]);
}
