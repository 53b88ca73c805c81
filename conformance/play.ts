import type { Case } from "./case";
import { differences } from "./compare";
import type { EngineName } from "./engines";
import { observe } from "./observe";
import type { Observation } from "./observe";
import { must, TestProject } from "./project";

export interface Verdict {
  readonly case: Case;
  /** Where our engine and Pulumi's differ. */
  readonly differences: readonly string[];
  /** Where an engine that goes on from the state of the other differs from itself. */
  readonly crossed: readonly string[];
}

/**
 * Plays a case with each engine alone. Where they agree and there is more than one operation, it is played by both in
 * turn on one stack as well, and each must do what it does on a state of its own.
 */
export async function judge(each: Case, first: EngineName): Promise<Verdict> {
  try {
    return await played(each, first);
  } catch (error) {
    return { case: each, differences: [`could not be played to its end: ${String(error)}`], crossed: [] };
  }
}

async function played(each: Case, first: EngineName): Promise<Verdict> {
  const alone = {
    groundwork: await play(each, "groundwork", () => "groundwork"),
    pulumi: await play(each, "pulumi", () => "pulumi"),
  };
  const found = alone.groundwork.flatMap((ours, turn) => compare(each, turn, ours, alone.pulumi[turn]));
  if (found.length > 0 || each.turns.length < 2) return { case: each, differences: found, crossed: [] };
  const by = (turn: number): EngineName => ((turn % 2 === 0) === (first === "groundwork") ? "groundwork" : "pulumi");
  const together = await play(each, "both", by);
  const crossed = together.flatMap((seen, turn) =>
    compare(each, turn, seen, alone[by(turn)][turn]).map((line) => `${by(turn)} on the other's state: ${line}`),
  );
  return { case: each, differences: [], crossed };
}

/** The turns by the engines that `by` names; in the end the other engine must be able to export the stack. */
async function play({ name, turns }: Case, label: string, by: (turn: number) => EngineName): Promise<Observation[]> {
  const project = await TestProject.create(by(0), `${label} ${name}`, name);
  const seen: Observation[] = [];
  for (const [index, turn] of turns.entries()) {
    if (turn.edit !== undefined) project.edit(turn.edit);
    seen.push(await observe(by(index), project, index, turn));
  }
  const other = by(turns.length - 1) === "pulumi" ? "groundwork" : "pulumi";
  must(await project.run(other, turns.length - 1, "stack", "export"));
  return seen;
}

function compare(each: Case, turn: number, one: Observation, other: Observation | undefined): string[] {
  const part = (seen: Observation | undefined): unknown =>
    each.compared === undefined ? seen : Object.fromEntries(each.compared.map((field) => [field, seen?.[field]]));
  return differences(part(one), part(other), `turn ${turn + 1}`);
}
