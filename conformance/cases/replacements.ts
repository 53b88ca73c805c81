import * as pulumi from "@pulumi/pulumi";
import { failing, preview, run, up, urnOf } from "../case";
import type { Case, Turn } from "../case";
import { Group, Place, Thing } from "../resources";

/** All replacements of this turn delete first. */
const first = (turn: Turn): Turn => ({ ...turn, world: (world) => (world.deleteBeforeReplace = true) });

/** b is replaced with a, c takes a value of b, d only waits for a. */
const tree =
  (key: string, opts: pulumi.CustomResourceOptions = {}) =>
  () => {
    const a = new Thing("a", { key });
    const b = new Thing("b", { key: pulumi.interpolate`b-${a.key}` }, opts);
    new Thing("c", { value: b.made });
    new Thing("d", {}, { dependsOn: a });
  };

export const REPLACEMENTS: readonly Case[] = [
  { name: "a cascade of replacements that delete first", turns: [up(tree("one")), first(up(tree("two")))] },
  { name: "the preview of such a cascade", turns: [up(tree("one")), first(preview(tree("two")))] },
  {
    name: "a protected dependent stops such a cascade",
    turns: [up(tree("one", { protect: true })), first(up(tree("two", { protect: true })))],
    compared: ["succeeded", "calls", "objects", "state"],
  },
  {
    name: "a retained dependent of such a cascade",
    turns: [up(tree("one", { retainOnDelete: true })), first(up(tree("two", { retainOnDelete: true })))],
  },
  {
    name: "a dependent that replaceOnChanges replaces is part of such a cascade",
    turns: ["one", "two"].map((key) =>
      first(
        up(() => {
          const a = new Thing("a", { key });
          new Thing("b", { value: a.made }, { replaceOnChanges: ["value"] });
        }),
      ),
    ),
  },
  {
    name: "a dependent that fails to be made again is made by the next run",
    turns: [up(tree("one")), failing(first(up(tree("two"))), "create b-two"), up(tree("two"))],
    compared: ["succeeded", "objects"],
  },
  {
    name: "what is deleted with a resource goes with it when that is replaced",
    turns: ["one", "two"].map((key) =>
      up(() => {
        const a = new Thing("a", { key });
        new Thing("b", { key: pulumi.interpolate`b-${a.key}` }, { deletedWith: a });
      }),
    ),
  },
  {
    name: "replaceWith replaces a resource along with another",
    turns: ["one", "two"].map((key) =>
      up(() => {
        const a = new Thing("a", { key });
        new Thing("b", { key: `b-${key}` }, { replaceWith: [a] });
        new Thing("c", {}, { replaceWith: [a], deleteBeforeReplace: true });
      }),
    ),
  },
  {
    name: "a retained resource that is replaced leaves its object",
    turns: ["one", "two"].map((key) => up(() => void new Thing("a", { key }, { retainOnDelete: true }))),
  },
  {
    name: "a provider that is replaced replaces what it serves, and what depends on that is updated",
    turns: ["here", "there"].map((place) =>
      up(() => {
        const a = new Thing("a", { key: place }, { provider: new Place("p", { place }) });
        new Thing("b", { value: a.made });
      }),
    ),
  },
  {
    name: "a resource that moves from the default provider to another of the same place stays",
    turns: [
      up(() => void new Thing("a", { key: "k" })),
      up(() => void new Thing("a", { key: "k" }, { provider: new Place("p", {}) })),
    ],
  },
  {
    name: "a resource that moves to a provider of another place is replaced",
    turns: ["here", "there"].map((place) =>
      up(() => {
        const places = { here: new Place("p", { place: "here" }), there: new Place("q", { place: "there" }) };
        new Thing("a", { key: place }, { provider: place === "here" ? places.here : places.there });
      }),
    ),
  },
  {
    name: "a provider that is renamed by an alias keeps what it serves",
    turns: [
      up(() => void new Thing("a", {}, { provider: new Place("p", { place: "here" }) })),
      up(() => void new Thing("a", {}, { provider: new Place("q", { place: "here" }, { aliases: [{ name: "p" }] }) })),
    ],
  },
  {
    name: "--replace deletes first where the provider does",
    turns: [up(tree("one")), first(up(tree("one"), "--replace", urnOf("a")))],
    differs: {
      pulumi: "makes the new object first, and deletes it together with the old one where both are one object",
      ours: "deletes first, as the provider asks, and what depends on it goes along",
      reason: "the object would be gone after a run that says it made it",
    },
  },
  {
    name: "--target-replace replaces this and nothing else",
    turns: [up(tree("one")), up(tree("one"), "--target-replace", urnOf("b"))],
  },
  {
    name: "replaceOnChanges of a path and of everything",
    turns: [
      up(() => void new Thing("a", { value: { x: 1, y: 1 } })),
      up(
        () =>
          void new Thing("a", { value: { x: 1, y: 2 } }, { replaceOnChanges: ["value.x"], deleteBeforeReplace: true }),
      ),
      up(() => void new Thing("a", { value: { x: 1, y: 3 } }, { replaceOnChanges: ["*"], deleteBeforeReplace: true })),
    ],
  },
  {
    name: "a resource that moves under a component without an alias is another one",
    turns: [
      up(() => void new Thing("a", { key: "one" })),
      up(() => void new Thing("a", { key: "two" }, { parent: new Group("g") })),
      run("destroy"),
    ],
  },
  {
    name: "a resource that is read from now on gives up what it managed",
    turns: [
      { ...up(() => void new Thing("a")), world: (world) => (world.objects["there"] = { value: 1, made: 9 }) },
      up(() => void Thing.existing("a", "there")),
    ],
  },
  {
    name: "a resource that reads what it managed lets go of it",
    turns: [up(() => void new Thing("a")), up(() => void Thing.existing("a", "a")), run("destroy")],
  },
  {
    name: "a resource that was read is made anew when it is to be managed",
    turns: [
      {
        ...up(() => void Thing.existing("a", "there")),
        world: (world) => (world.objects["there"] = { value: 1, made: 9 }),
      },
      up(() => void new Thing("a")),
    ],
  },
];
