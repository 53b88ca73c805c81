import { failing, up } from "../case";
import type { Case } from "../case";
import { Thing } from "../resources";

const chain = () => {
  const a = new Thing("a");
  const b = new Thing("b", { value: a.made });
  new Thing("c", { value: b.made });
};

const keyed = (key: string) => () => void new Thing("a", { key });

export const FAILURES: readonly Case[] = [
  {
    name: "a failed creation keeps what was done, and the next run goes on",
    turns: [failing(up(chain), "create b"), up(chain)],
  },
  {
    name: "a failed update keeps the old state, and nothing undeclared is deleted",
    turns: [
      up(() => {
        new Thing("a", { value: 1 });
        new Thing("gone");
      }),
      failing(
        up(() => void new Thing("a", { value: 2 })),
        "update a",
      ),
    ],
  },
  {
    name: "what a failed deletion depends on stays",
    turns: [
      up(() => {
        const a = new Thing("a");
        new Thing("b", {}, { dependsOn: a });
      }),
      failing({ operation: "destroy" }, "delete b"),
      { operation: "destroy" },
    ],
  },
  {
    name: "a program that throws deletes nothing",
    turns: [
      up(() => void new Thing("a")),
      up(() => {
        throw new Error("bad program");
      }),
    ],
  },
  { name: "wrong inputs are refused", turns: [up(() => void new Thing("a", { wrong: 1 }))] },
  {
    name: "two resources of one URN are refused",
    compared: ["succeeded"],
    turns: [
      up(() => {
        new Thing("a");
        new Thing("a");
      }),
    ],
  },
  {
    name: "an object that is made but not well is kept with its errors, and repaired by the next run",
    turns: [
      { ...up(() => void new Thing("a", { value: 1 })), world: (world) => (world.half = ["create a"]) },
      up(() => void new Thing("a", { value: 1 })),
    ],
  },
  {
    name: "a failed replacement leaves the old object",
    turns: [up(keyed("one")), failing(up(keyed("two")), "create two"), up(keyed("two"))],
  },
  {
    name: "a failed replacement after its deletion is made up for",
    turns: [
      up(keyed("one")),
      {
        ...up(keyed("two")),
        world: (world) => Object.assign(world, { deleteBeforeReplace: true, failing: ["create two"] }),
      },
      up(keyed("two")),
    ],
    differs: {
      pulumi: "deletes the old object again before it tries again to make the new one",
      ours: "makes the new one",
      reason: "the state says that the old object is gone",
    },
  },
  {
    name: "a failed deletion of what was replaced is done by the next run",
    turns: [up(keyed("one")), failing(up(keyed("two")), "delete one"), up(keyed("two"))],
  },
  {
    name: "an object that is gone is deleted from the state all the same",
    turns: [
      up(keyed("one")),
      {
        ...up(() => undefined),
        world: (world) => Object.assign(world, { objects: {}, failing: ["delete one"] }),
      },
    ],
    differs: {
      pulumi: "fails, now and in every later run",
      ours: "looks whether the object is still there, warns and forgets it",
      reason: "a deletion that fails because its object is gone has reached what it wanted",
    },
  },
];
