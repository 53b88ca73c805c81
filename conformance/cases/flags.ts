import * as pulumi from "@pulumi/pulumi";
import { preview, run, up, urnOf } from "../case";
import type { Case, Turn } from "../case";
import { Group, Thing } from "../resources";

const chain =
  (value = 1) =>
  () => {
    const a = new Thing("a", { value });
    const b = new Thing("b", { value: a.made });
    new Thing("c", { value: b.made });
    new Thing("free", { value });
  };

const destroy = (...flags: string[]): Turn => run("destroy", ...flags);
const drifted: Turn["world"] = (world) => {
  world.objects["a"] = { value: 9, extra: true, made: 1 };
};
const vanished: Turn["world"] = (world) => {
  delete world.objects["a"];
};

export const FLAGS: readonly Case[] = [
  {
    name: "--target changes what is targeted and nothing else",
    turns: [up(chain()), up(chain(2), "--target", urnOf("free"))],
  },
  {
    name: "--target leaves out what is new and not targeted",
    turns: [
      up(() => void new Thing("a")),
      up(
        () => {
          new Thing("a", { value: 2 });
          new Thing("new");
        },
        "--target",
        urnOf("a"),
      ),
    ],
    differs: {
      pulumi: "tells of each resource that it left out as `same`",
      ours: "does not tell of them",
      reason: "what does not exist is not the same as anything",
    },
  },
  {
    name: "--target of a first update brings the stack and the provider along",
    turns: [up(chain(), "--target", urnOf("free"))],
    differs: {
      pulumi: "tells of each resource that it left out as `same`",
      ours: "does not tell of them",
      reason: "what does not exist is not the same as anything",
    },
  },
  {
    name: "--target refuses what needs something that is not there",
    turns: [
      up(
        () => {
          const group = new Group("g");
          new Thing("child", {}, { parent: group });
        },
        "--target",
        "**::child",
      ),
    ],
    differs: {
      pulumi: "tells of each resource that it left out as `same`",
      ours: "does not tell of them",
      reason: "what does not exist is not the same as anything",
    },
  },
  {
    name: "--target of a deletion refuses to leave dependents behind",
    turns: [up(chain()), destroy("--target", urnOf("b"))],
  },
  {
    name: "--target-dependents takes along what depends on a target",
    turns: [up(chain()), destroy("--target", urnOf("b"), "--target-dependents")],
  },
  { name: "--replace replaces what did not change", turns: [up(chain()), up(chain(), "--replace", urnOf("free"))] },
  {
    name: "--exclude-protected leaves what is protected and what that depends on",
    turns: [
      up(() => {
        const a = new Thing("a");
        new Thing("b", {}, { dependsOn: a, protect: true });
        new Thing("c");
      }),
      destroy("--exclude-protected"),
    ],
  },
  {
    name: "--continue-on-error goes on with what does not depend on the failure",
    turns: [{ ...up(chain(), "--continue-on-error"), world: (world) => (world.failing = ["create a"]) }],
  },
  {
    name: "--expect-no-changes of a preview",
    turns: [up(chain()), preview(chain(), "--expect-no-changes"), preview(chain(2), "--expect-no-changes")],
  },
  { name: "refresh finds drift", turns: [up(chain()), { operation: "refresh", world: drifted }] },
  {
    name: "refresh forgets what is gone",
    turns: [up(chain()), { operation: "refresh", world: vanished }, up(chain())],
  },
  {
    name: "refresh --preview-only tells of drift and touches nothing",
    turns: [up(chain()), { operation: "refresh", flags: ["--preview-only"], world: drifted }],
  },
  {
    name: "up --refresh repairs drift",
    turns: [up(chain()), { ...up(chain(), "--refresh"), world: drifted }],
  },
  {
    name: "refresh goes on after a resource that cannot be read",
    turns: [
      up(chain()),
      {
        operation: "refresh",
        world: (world) => {
          world.objects["free"] = { value: 9, made: 4 };
          world.failing = ["read a"];
        },
      },
    ],
  },
  {
    name: "refresh --target reads nothing else",
    turns: [up(chain()), { ...run("refresh", "--target", urnOf("a")), world: drifted }],
  },
  { name: "destroy --preview-only", turns: [up(chain()), destroy("--preview-only")] },
  {
    name: "--target of a resource that the program does not declare any more deletes it",
    turns: [
      up(chain()),
      up(
        () => {
          const a = new Thing("a", { value: 1 });
          new Thing("b", { value: a.made });
        },
        "--target",
        urnOf("free"),
      ),
    ],
  },
  {
    name: "--target --target-dependents of an update",
    turns: [up(chain()), up(chain(2), "--target", urnOf("a"), "--target-dependents")],
  },
  {
    name: "--continue-on-error of a destruction",
    turns: [
      up(chain()),
      { ...destroy("--continue-on-error"), world: (world) => (world.failing = ["delete c"]) },
      destroy(),
    ],
  },
  {
    name: "--exclude leaves a resource as it is",
    turns: [up(chain()), up(chain(2), "--exclude", urnOf("free"))],
  },
  {
    name: "--exclude --exclude-dependents of an update",
    turns: [up(chain()), up(chain(2), "--exclude", urnOf("a"), "--exclude-dependents")],
  },
  {
    name: "--exclude of a destroy keeps what the excluded depends on",
    turns: [up(chain()), destroy("--exclude", urnOf("b")), destroy()],
  },
  {
    name: "a destroy that runs the program runs the hooks of its deletions",
    // Pulumi's engine tells what the program declares as steps of its own.
    compared: ["succeeded", "calls", "objects", "state"],
    turns: [
      up(() => {
        const hook = new pulumi.ResourceHook("last words", () => undefined);
        new Thing("a", {}, { hooks: { beforeDelete: [hook] } });
      }),
      destroy("--run-program"),
    ],
  },
  { name: "up --expect-no-changes", turns: [up(chain()), up(chain(), "--expect-no-changes")] },
  {
    name: "refresh of a value with a secret in it that has not changed",
    turns: [up(() => void new Thing("a", { value: { deep: [pulumi.secret(1), 2] } })), run("refresh")],
    differs: {
      pulumi: "takes what the provider returns, here a secret as a whole",
      ours: "keeps the entry as it is",
      reason: "nothing has changed, and the mark in the state is the finer one",
    },
  },
];
