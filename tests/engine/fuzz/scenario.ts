import * as fc from "fast-check";
import { families, SLOTS, thingName } from "./program";
import type { FuzzProgram } from "./program";
import type { FuzzOperation } from "./run";
import type { Fault } from "./world";

/** What happens to one stack: operations that may fail, be interrupted or die, one after the other; then peace. */
export interface Scenario {
  readonly deleteBeforeReplace: boolean;
  readonly turns: readonly Turn[];
  readonly finally: FuzzProgram;
}

export interface Turn {
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

const targets = fc.option(
  fc.array(
    name.map((each) => `**::${each}`),
    { minLength: 1, maxLength: 2 },
  ),
  {
    nil: [],
    freq: 6,
  },
);

const options: fc.Arbitrary<FuzzOperation["options"]> = fc.record({
  parallel: fc.constantFrom(1, 8),
  refresh: fc.boolean(),
  targets,
  targetDependents: fc.boolean(),
  continueOnError: fc.boolean(),
  excludeProtected: fc.boolean(),
});

const turn = (programs: readonly FuzzProgram[]): fc.Arbitrary<Turn> =>
  fc
    .record({
      kind: fc.constantFrom<FuzzOperation["kind"]>("preview", "up", "up", "up", "up", "refresh", "destroy"),
      isRehearsal: fc.nat({ max: 5 }).map((n) => n === 5),
      program: fc.constantFrom(...programs),
      options,
      crashAfter: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined, freq: 3 }),
      cancelAfter: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined, freq: 6 }),
      faults: fc.array(fault, { maxLength: 2 }),
    })
    .map(({ kind, isRehearsal, faults, crashAfter, cancelAfter, ...rest }) => ({
      operation: {
        ...{ kind, dryRun: kind === "preview" || isRehearsal, ...rest },
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
