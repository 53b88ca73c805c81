import { REFUSES_AT_ONCE, run, up, urnOf } from "../case";
import type { Case, Deployment, Turn } from "../case";
import { Thing } from "../resources";

const pair = () => {
  const a = new Thing("a", { key: "k" });
  new Thing("b", { value: a.made });
};
const guarded = () => void new Thing("a", {}, { protect: true });
const one = () => void new Thing("a", { value: 1 });

function resource(deployment: Deployment, name: string): Record<string, unknown> {
  const found = deployment.resources.find(({ urn }) => urn === urnOf(name));
  if (found === undefined) throw new Error(`the state has no "${name}"`);
  return found;
}

/** As a run leaves it that died while it worked on `name`. */
function interrupted(type: string, name: string, isListed: boolean): Turn["edit"] {
  return (deployment) => {
    const found = resource(deployment, name);
    deployment.pending_operations = [{ type, resource: found }];
    if (!isListed) deployment.resources = deployment.resources.filter((each) => each !== found);
  };
}

/** Commands on the state alone, and what the next operation makes of a state that was changed. */
export const STATE: readonly Case[] = [
  {
    name: "state delete forgets a resource; the next update makes it again",
    turns: [up(pair), run("state delete", urnOf("b")), up(pair)],
  },
  { name: "state delete refuses what others depend on", turns: [up(pair), run("state delete", urnOf("a"))] },
  {
    name: "state delete --target-dependents takes the dependents along",
    turns: [up(pair), run("state delete", urnOf("a"), "--target-dependents")],
  },
  { name: "state delete refuses what is protected", turns: [up(guarded), run("state delete", urnOf("a"))] },
  {
    name: "state delete --force deletes what is protected",
    turns: [up(guarded), run("state delete", urnOf("a"), "--force")],
  },
  {
    name: "state rename keeps the object, and what refers to it follows",
    turns: [
      up(pair),
      run("state rename", urnOf("a"), "renamed"),
      up(() => {
        const a = new Thing("renamed", { key: "k" });
        new Thing("b", { value: a.made });
      }),
    ],
  },
  { name: "state rename refuses a name that is taken", turns: [up(pair), run("state rename", urnOf("a"), "b")] },
  {
    name: "state unprotect lets a resource be deleted",
    turns: [up(guarded), run("state unprotect", urnOf("a")), run("destroy")],
  },
  { name: "state unprotect --all", turns: [up(guarded), run("state unprotect", "--all")] },
  {
    name: "state protect keeps a resource from being deleted",
    turns: [up(pair), run("state protect", urnOf("a")), run("destroy")],
    differs: REFUSES_AT_ONCE,
  },
  {
    name: "a creation that was interrupted stays pending, and a resource of its name is made",
    turns: [up(one), { ...up(one), edit: interrupted("creating", "a", false) }, up(one)],
  },
  {
    name: "an update that was interrupted",
    turns: [up(one), { ...up(one), edit: interrupted("updating", "a", true) }],
  },
  {
    name: "a deletion that was interrupted",
    turns: [up(one), { ...up(one), edit: interrupted("deleting", "a", true) }],
  },
  {
    name: "refresh after a creation that was interrupted",
    turns: [up(one), { ...run("refresh"), edit: interrupted("creating", "a", false) }],
  },
  {
    name: "what had been deleted for its replacement is made",
    turns: [
      up(one),
      {
        ...up(one),
        world: (world) => delete world.objects["a"],
        edit: (deployment) => void Object.assign(resource(deployment, "a"), { pendingReplacement: true }),
      },
    ],
    differs: {
      pulumi: "makes it and then deletes the former object, even when the two are one object",
      ours: "makes it",
      reason: "the state says that the former object is gone",
    },
  },
  {
    name: "what waits for its deletion is deleted by any update",
    turns: [
      up(one),
      {
        ...up(one),
        edit: (deployment) => {
          const former = { ...resource(deployment, "a"), id: "former", delete: true };
          deployment.resources = [...deployment.resources, former];
        },
      },
    ],
  },
  {
    name: "an object that was not well is updated although nothing changed",
    turns: [
      up(one),
      { ...up(one), edit: (deployment) => void Object.assign(resource(deployment, "a"), { initErrors: ["not well"] }) },
    ],
  },
];
