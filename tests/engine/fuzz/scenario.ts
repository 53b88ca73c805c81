import * as fc from "fast-check";
import type { ImportSpec } from "../../../engine/operation";
import { families, keyOf, SLOTS, thingName } from "./program";
import type { FuzzProgram } from "./program";
import type { FuzzOperation } from "./run";
import { UPSETS } from "./upset";
import type { Upset } from "./upset";
import type { Fault } from "./world";

/** What happens to one stack: operations that may fail, be interrupted or die, one after the other; then peace. */
export interface Scenario {
  readonly deleteBeforeReplace: boolean;
  readonly turns: readonly Turn[];
  readonly finally: FuzzProgram;
}

export interface Turn {
  /** What has befallen the state and the world before. */
  readonly upsets: readonly Upset[];
  readonly operation: FuzzOperation;
  readonly faults: readonly Fault[];
}

const name = fc
  .record({ slot: fc.nat({ max: SLOTS - 1 }), renamed: fc.nat({ max: 5 }).map((n) => n === 5) })
  .map(({ slot, renamed }) => thingName({ slot, renamed }));

const fault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ method: methods("create", "update", "delete"), name, mode: modes() }) },
  { weight: 1, arbitrary: fc.record({ method: methods("check", "diff", "read"), name, mode: fc.constant("before") }) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom("", "near", "far")
      .map((place): Fault => ({ method: "configure", name: place, mode: "before" })),
  },
) as fc.Arbitrary<Fault>;

function methods<M extends Fault["method"]>(...all: readonly M[]): fc.Arbitrary<M> {
  return fc.constantFrom(...all);
}

function modes(): fc.Arbitrary<Fault["mode"]> {
  return fc.constantFrom("before", "before", "after", "half");
}

const urns = (freq: number): fc.Arbitrary<string[]> =>
  fc.option(
    fc.array(
      name.map((each) => `**::${each}`),
      { minLength: 1, maxLength: 2 },
    ),
    { nil: [], freq },
  );

const options: fc.Arbitrary<FuzzOperation["options"]> = fc.record({
  parallel: fc.constantFrom(1, 8),
  refresh: fc.boolean(),
  targets: urns(6),
  replace: urns(6),
  targetDependents: fc.boolean(),
  continueOnError: fc.boolean(),
  excludeProtected: fc.boolean(),
});

const imports: fc.Arbitrary<ImportSpec[]> = fc.uniqueArray(
  fc
    .record({ slot: fc.nat({ max: SLOTS - 1 }), key: fc.nat({ max: 2 }), protect: fc.boolean() })
    .map(({ slot, key, protect }) => ({
      ...{ type: "test:index:Thing", name: thingName({ slot, renamed: false }), protect },
      id: keyOf({ slot, key, read: false }),
    })),
  { minLength: 1, maxLength: 2, selector: (spec) => spec.name },
);

const crash: fc.Arbitrary<FuzzOperation["crashAfter"]> = fc.oneof(
  fc.record({ records: fc.integer({ min: 1, max: 20 }) }),
  fc.record({ effects: fc.integer({ min: 1, max: 6 }) }),
);

const turn = (programs: readonly FuzzProgram[]): fc.Arbitrary<Turn> =>
  fc
    .record({
      kind: fc.constantFrom<FuzzOperation["kind"]>("preview", "up", "up", "up", "up", "refresh", "destroy", "import"),
      isRehearsal: fc.nat({ max: 5 }).map((n) => n === 5),
      program: fc.constantFrom(...programs),
      options,
      imports,
      upsets: fc.array(fc.record({ kind: fc.constantFrom(...UPSETS), name }), { maxLength: 1 }),
      crashAfter: fc.option(crash, { nil: undefined, freq: 3 }),
      cancelAfter: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined, freq: 6 }),
      faults: fc.array(fault, { maxLength: 2 }),
    })
    .map(({ kind, isRehearsal, upsets, faults, imports, crashAfter, cancelAfter, ...rest }) => ({
      upsets,
      operation: {
        ...{ kind, dryRun: kind === "preview" || isRehearsal, ...rest },
        ...(kind === "import" && { imports }),
        ...(crashAfter !== undefined && { crashAfter }),
        ...(cancelAfter !== undefined && { cancelAfter }),
      },
      faults,
    }));

export const scenarios: fc.Arbitrary<Scenario> = families.chain((programs) =>
  fc.record({
    deleteBeforeReplace: fc.boolean(),
    turns: fc.array(turn(programs), { minLength: 1, maxLength: 5 }),
    finally: fc.constantFrom(...programs),
  }),
);
