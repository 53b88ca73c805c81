import { preview, up } from "../case";
import type { Case } from "../case";
import { Thing } from "../resources";

const PLAN = "plan.json";
const valued = (value: number) => () => void new Thing("a", { value });
const more = (value: number) => () => {
  new Thing("a", { value });
  new Thing("more");
};

export const PLANS: readonly Case[] = [
  {
    name: "a first update that does what was planned",
    turns: [preview(more(1), "--save-plan", PLAN), up(more(1), "--plan", PLAN)],
  },
  {
    name: "an update that does what was planned",
    turns: [up(valued(1)), preview(valued(2), "--save-plan", PLAN), up(valued(2), "--plan", PLAN)],
  },
  {
    name: "an update that would set another value than was planned is refused",
    turns: [up(valued(1)), preview(valued(2), "--save-plan", PLAN), up(valued(3), "--plan", PLAN)],
    compared: ["succeeded", "calls", "objects", "state"],
  },
  {
    name: "an update that would make what was not planned is refused",
    turns: [up(valued(1)), preview(valued(2), "--save-plan", PLAN), up(more(2), "--plan", PLAN)],
    compared: ["succeeded"],
  },
  {
    name: "an update that would delete what was not planned is refused",
    turns: [up(more(1)), preview(more(1), "--save-plan", PLAN), up(valued(1), "--plan", PLAN)],
    compared: ["succeeded", "calls", "objects", "state"],
  },
];
