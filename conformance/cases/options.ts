import * as pulumi from "@pulumi/pulumi";
import { REFUSES_AT_ONCE, run, up, urnOf } from "../case";
import type { Case } from "../case";
import { Group, Thing } from "../resources";

const group = (name: string, aliases: { name: string }[]) => () => {
  const parent = new Group(name, { aliases });
  new Thing(`${name}-child`, { key: "k" }, { parent });
};

/** A thing with a hook of each kind, of which some fail. */
const hooked =
  (value: number, failing: Partial<Record<keyof pulumi.ResourceHookBinding, boolean>> = {}) =>
  () => {
    const kinds = [
      "beforeCreate",
      "afterCreate",
      "beforeUpdate",
      "afterUpdate",
      "beforeDelete",
      "afterDelete",
    ] as const;
    const hook = (kind: (typeof kinds)[number]) =>
      new pulumi.ResourceHook(`hook-${kind}`, () => {
        if (failing[kind] === true) throw new Error(`${kind} fails`);
      });
    const hooks = Object.fromEntries(kinds.map((kind) => [kind, [hook(kind)]]));
    new Thing("a", { value }, { hooks });
  };

export const OPTIONS: readonly Case[] = [
  {
    name: "protect refuses a deletion",
    turns: [up(() => void new Thing("a", {}, { protect: true })), up(() => undefined), { operation: "destroy" }],
    differs: REFUSES_AT_ONCE,
  },
  {
    name: "protect refuses a replacement",
    turns: [
      up(() => void new Thing("a", { key: "one" }, { protect: true })),
      up(() => void new Thing("a", { key: "two" }, { protect: true })),
    ],
  },
  {
    name: "ignoreChanges keeps the old input",
    turns: [
      up(() => void new Thing("a", { value: { x: 1, y: 1 } })),
      up(() => void new Thing("a", { value: { x: 2, y: 2 } }, { ignoreChanges: ["value.x"] })),
      up(() => void new Thing("a", { value: { x: 3, y: 2 } }, { ignoreChanges: ["*"] })),
    ],
  },
  {
    name: "replaceOnChanges makes a change a replacement",
    turns: [
      up(() => void new Thing("a", { value: 1 })),
      up(() => void new Thing("a", { value: 2 }, { replaceOnChanges: ["value"], deleteBeforeReplace: true })),
    ],
  },
  {
    name: "deleteBeforeReplace of the program goes before the provider's word",
    turns: [
      up(() => void new Thing("a", { key: "one" })),
      up(() => void new Thing("a", { key: "two" }, { deleteBeforeReplace: true })),
      {
        ...up(() => void new Thing("a", { key: "three" }, { deleteBeforeReplace: false })),
        world: (world) => (world.deleteBeforeReplace = true),
      },
    ],
  },
  {
    name: "retainOnDelete forgets the resource and leaves the object",
    turns: [up(() => void new Thing("a", {}, { retainOnDelete: true })), up(() => undefined)],
  },
  {
    name: "hooks are kept in the state, and one that fails before keeps the step from being taken",
    turns: [
      up(hooked(1)),
      up(hooked(2, { beforeUpdate: true })),
      up(hooked(2)),
      up(() => void new Thing("a", { value: 2 })),
    ],
  },
  {
    name: "deletedWith leaves the deletion to that of another",
    turns: [
      up(() => {
        const a = new Thing("a");
        new Thing("b", {}, { deletedWith: a });
      }),
      { operation: "destroy" },
    ],
  },
  {
    name: "deletedWith what is retained",
    turns: [
      up(() => {
        const a = new Thing("a", {}, { retainOnDelete: true });
        new Thing("b", {}, { deletedWith: a });
      }),
      up(() => undefined),
    ],
    differs: {
      pulumi: "leaves the object of b",
      ours: "deletes the object of b",
      reason: "nothing takes b down when a is not deleted: it would be forgotten without anybody having asked for that",
    },
  },
  {
    name: "additionalSecretOutputs are secret in the state",
    turns: [up(() => void new Thing("a", { value: "v" }, { additionalSecretOutputs: ["value"] }))],
  },
  {
    name: "an alias keeps a renamed resource, and others follow",
    turns: [
      up(() => {
        const a = new Thing("a", { key: "k" });
        new Thing("b", { value: a.made });
      }),
      up(() => {
        const a = new Thing("renamed", { key: "k" }, { aliases: [{ name: "a" }] });
        new Thing("b", { value: a.made });
      }),
    ],
  },
  {
    name: "children follow a component that was renamed",
    turns: [up(group("g", [])), up(group("h", [{ name: "g" }]))],
  },
  {
    name: "a resource that moves under a component keeps its object",
    turns: [
      up(() => void new Thing("a", { key: "k" })),
      up(() => {
        const parent = new Group("g");
        new Thing("a", { key: "k" }, { parent, aliases: [{ parent: pulumi.rootStackResource }] });
      }),
    ],
  },
  {
    name: "import takes an object over without touching it",
    turns: [
      {
        ...up(() => void new Thing("a", { key: "there", value: 1 }, { import: "there" })),
        world: (world) => (world.objects["there"] = { key: "there", value: 1, made: 9 }),
      },
      up(() => void new Thing("a", { key: "there", value: 1 }, { import: "there" })),
      up(() => void new Thing("a", { key: "there", value: 2 })),
    ],
  },
  {
    name: "import of an object that is other than the program says",
    turns: [
      {
        ...up(() => void new Thing("a", { key: "there", value: 2 }, { import: "there" })),
        world: (world) => (world.objects["there"] = { key: "there", value: 1, made: 9 }),
      },
    ],
    differs: {
      pulumi: "imports the object and updates it at once",
      ours: "refuses, and names the properties; a preview warns",
      reason: "taking over what exists must not change it by mistake",
    },
  },
  {
    name: "import of what does not exist is refused",
    turns: [up(() => void new Thing("a", {}, { import: "nowhere" }))],
    differs: {
      pulumi: "tells of the refusal as an import that failed",
      ours: "refuses before any step",
      reason: "nothing has been begun",
    },
  },
  {
    name: "options alone change the state and nothing else",
    turns: [
      up(() => void new Thing("a")),
      up(() => void new Thing("a", {}, { protect: true, ignoreChanges: ["value"], customTimeouts: { create: "1m" } })),
    ],
  },
  {
    name: "a replacement that has the identity of what it replaces",
    turns: [
      up(() => void new Thing("a", { key: "one", value: 1 })),
      up(() => void new Thing("a", { key: "one", value: 2 }, { replaceOnChanges: ["value"] })),
    ],
  },
  {
    name: "a resource that is renamed without an alias",
    turns: [up(() => void new Thing("a", { key: "k" })), up(() => void new Thing("b", { key: "k" }))],
  },
  {
    name: "ignoreChanges of a member of a list and of what is new",
    turns: [
      up(() => void new Thing("a", { value: [{ x: 1 }, { x: 2 }] })),
      up(
        () =>
          void new Thing("a", { value: [{ x: 1 }, { x: 3 }], other: 1 }, { ignoreChanges: ["value[1].x", "other"] }),
      ),
    ],
  },
  {
    name: "an alias by URN",
    turns: [
      up(() => void new Thing("a", { key: "k" })),
      up(() => void new Thing("b", { key: "k" }, { aliases: [urnOf("a")] })),
    ],
  },
  {
    name: "a component that is renamed twice keeps its children",
    turns: [
      up(group("g", [])),
      up(group("h", [{ name: "g" }])),
      up(group("i", [{ name: "h" }, { name: "g" }])),
      run("destroy"),
    ],
  },
  {
    name: "a secret input that becomes plain, and back",
    turns: [
      up(() => void new Thing("a", { value: pulumi.secret("v") })),
      up(() => void new Thing("a", { value: "v" })),
      up(() => void new Thing("a", { value: pulumi.secret("v") })),
    ],
  },
  {
    name: "a transform changes what is declared",
    turns: [
      up(() => {
        void pulumi.runtime.registerResourceTransform(({ props, opts }) => ({
          props: { ...props, value: "put" },
          opts,
        }));
        new Thing("a", { value: "own" });
      }),
    ],
  },
  {
    name: "a component's transforms change what is in it",
    turns: [
      up(() => {
        const transform: pulumi.ResourceTransform = ({ type, props, opts }) =>
          type === "test:index:Thing" ? { props: { ...props, value: "put" }, opts } : undefined;
        const parent = new Group("inner", { parent: new Group("outer", { transforms: [transform] }) });
        new Thing("a", { value: "own" }, { parent });
        new Thing("b", { value: "own" });
      }),
    ],
  },
  {
    name: "what is in a component takes its retainOnDelete and protect",
    turns: [
      up(() => {
        const parent = new Group("g", { retainOnDelete: true, protect: true });
        new Thing("a", {}, { parent });
        new Thing("b", {}, { parent, protect: false, retainOnDelete: false });
      }),
      up(() => {
        const parent = new Group("g", { retainOnDelete: true });
        new Thing("a", {}, { parent });
      }),
      run("destroy"),
    ],
  },
  {
    name: "a replacementTrigger that changes replaces",
    turns: [1, 1, 2].map((replacementTrigger) => up(() => void new Thing("a", {}, { replacementTrigger }))),
  },
  {
    name: "a function of a provider, whose result a resource takes",
    turns: [
      up(() => {
        const a = new Thing("a");
        new Thing("b", { value: pulumi.runtime.invokeOutput("test:index:echo", { of: a.made }, { dependsOn: [a] }) });
      }),
    ],
  },
  {
    name: "what depends on a component depends on its children",
    turns: [
      up(() => {
        const parent = new Group("g");
        new Thing("child", {}, { parent });
        new Thing("after", {}, { dependsOn: parent });
      }),
      run("destroy"),
    ],
  },
];
