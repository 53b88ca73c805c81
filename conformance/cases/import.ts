import { rootStackResource } from "@pulumi/pulumi";
import { run, up } from "../case";
import type { Case, Turn } from "../case";
import { Thing } from "../resources";

const there: Turn["world"] = (world) => {
  world.objects["there"] = { key: "there", value: 1, made: 9 };
};
const importing = (...flags: string[]): Turn => ({ ...run("import", ...flags), world: there });
const imported = importing("test:index:Thing", "a", "there");

export const IMPORTS: readonly Case[] = [
  {
    name: "import takes an object over, protected; a program that says what it is changes nothing",
    turns: [imported, up(() => void new Thing("a", { key: "there", value: 1 }, { protect: true }))],
  },
  {
    name: "import --protect=false",
    turns: [importing("test:index:Thing", "a", "there", "--protect=false"), up(() => undefined)],
  },
  { name: "import of an object that is not there", turns: [importing("test:index:Thing", "a", "nowhere")] },
  {
    name: "import under a name that is taken",
    turns: [up(() => void new Thing("a")), importing("test:index:Thing", "a", "there")],
    compared: ["succeeded", "calls", "objects", "state"],
  },
  {
    name: "the option import of a resource that is managed already as another object",
    turns: [
      up(() => void new Thing("a", { key: "here" })),
      { ...up(() => void new Thing("a", { key: "there", value: 1 }, { import: "there" })), world: there },
    ],
  },
  {
    name: "the option import with ignoreChanges where program and object differ",
    turns: [
      {
        ...up(() => void new Thing("a", { key: "there", value: 2 }, { import: "there", ignoreChanges: ["value"] })),
        world: there,
      },
    ],
  },
  {
    name: "the option import of what was imported before does nothing",
    turns: [imported, up(() => void new Thing("a", { key: "there", value: 1 }, { import: "there", protect: true }))],
  },
  {
    name: "what was imported at the top moves elsewhere by an alias",
    turns: [
      importing("test:index:Thing", "a", "there", "--protect=false"),
      up(
        () => void new Thing("b", { key: "there", value: 1 }, { aliases: [{ name: "a", parent: rootStackResource }] }),
      ),
    ],
  },
  {
    name: "the option import of what was read until now",
    turns: [
      { ...up(() => void Thing.existing("a", "there")), world: there },
      up(() => void new Thing("a", { key: "there", value: 1 }, { import: "there" })),
    ],
  },
  {
    name: "what the option import names is not replaced",
    turns: [
      { ...up(() => void new Thing("a", { key: "there", value: 1 }, { import: "there" })), world: there },
      up(() => void new Thing("a", { key: "elsewhere", value: 1 }, { import: "there" })),
    ],
    compared: ["succeeded", "objects", "state"],
  },
];
