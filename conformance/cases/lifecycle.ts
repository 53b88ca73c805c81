import * as pulumi from "@pulumi/pulumi";
import { preview, up } from "../case";
import type { Case } from "../case";
import { Group, Place, Thing } from "../resources";

const chain = () => {
  const a = new Thing("a");
  const b = new Thing("b", {}, { dependsOn: a });
  new Thing("c", { value: b.made });
};

const keyed = (key: string) => () => {
  const a = new Thing("a", { key });
  const b = new Thing("b", { key: pulumi.interpolate`b-${a.key}` });
  new Thing("c", { value: b.made });
};

export const LIFECYCLE: readonly Case[] = [
  {
    name: "a resource is created, stays the same, is updated and is deleted",
    turns: [
      up(() => void new Thing("a", { value: 1 })),
      up(() => void new Thing("a", { value: 1 })),
      up(() => void new Thing("a", { value: 2 })),
      up(() => undefined),
    ],
  },
  {
    name: "a preview touches nothing",
    turns: [preview(chain), up(chain), preview(() => void new Thing("a", { value: 1 }))],
  },
  { name: "dependents are deleted before what they depend on", turns: [up(chain), { operation: "destroy" }] },
  {
    name: "a component has children and outputs",
    turns: [
      up(() => {
        const group = new Group("g", {}, { of: "g" });
        new Thing("child", {}, { parent: group });
      }),
    ],
  },
  {
    name: "stack outputs, secret ones and others, are kept and updated",
    turns: [
      up(() => ({ plain: 1, hidden: pulumi.secret("s3cret") })),
      up(() => ({ plain: 2, hidden: pulumi.secret("s3cret") })),
    ],
  },
  {
    name: "a secret input makes the output of its name secret",
    turns: [up(() => void new Thing("a", { value: pulumi.secret("s3cret"), deep: { in: [pulumi.secret(1), 2] } }))],
  },
  {
    name: "a replacement is created before the old object is deleted",
    turns: [up(() => void new Thing("a", { key: "one" })), up(() => void new Thing("a", { key: "two" }))],
  },
  {
    name: "a replacement that deletes first takes along the dependents that it would replace",
    turns: [up(keyed("one")), { ...up(keyed("two")), world: (world) => (world.deleteBeforeReplace = true) }],
  },
  {
    name: "dependents of a replacement are updated, and previewed with what is not known yet",
    turns: [up(keyed("one")), preview(keyed("two")), up(keyed("two"))],
  },
  {
    name: "an explicit provider is registered, updated and deleted",
    turns: [
      up(() => void new Thing("a", {}, { provider: new Place("p", { password: pulumi.secret("one") }) })),
      up(() => void new Thing("a", {}, { provider: new Place("p", { password: pulumi.secret("two") }) })),
      up(() => undefined),
    ],
  },
  {
    name: "a provider that moves replaces what it serves",
    turns: [
      up(() => void new Thing("a", {}, { provider: new Place("p", { place: "here" }) })),
      up(() => void new Thing("a", { key: "other" }, { provider: new Place("p", { place: "there" }) })),
    ],
  },
  {
    name: "an object that somebody else manages is read, kept as external and let go",
    turns: [
      {
        ...up(() => void Thing.existing("a", "there")),
        world: (world) => (world.objects["there"] = { value: 1, made: 0 }),
      },
      up(() => undefined),
    ],
  },
];
