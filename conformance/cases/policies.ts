import { join } from "node:path";
import { preview, up } from "../case";
import type { Case } from "../case";
import { Thing } from "../resources";

const PACK = ["--policy-pack", join(__dirname, "../policies")];
const valued = (value: string) => () => {
  const first = new Thing("first");
  new Thing("a", { value, after: first.made });
};

export const POLICIES: readonly Case[] = [
  { name: "a mandatory policy fails an update before the resource is touched", turns: [up(valued("bad"), ...PACK)] },
  { name: "a mandatory policy fails a preview", turns: [preview(valued("bad"), ...PACK)] },
  { name: "an advisory policy lets the update go on", turns: [up(valued("odd"), ...PACK)] },
  {
    name: "a remediation changes the inputs",
    turns: [
      up(() => void new Thing("a", { needs: "owner" }), ...PACK),
      up(() => void new Thing("a", { needs: "owner" })),
    ],
  },
  {
    name: "a policy of the stack fails an update before anything is deleted",
    differs: {
      pulumi: "judges the stack once its deletions are done",
      ours: "judges it before them",
      reason: "what fails must not have deleted anything",
    },
    turns: [
      up(() => void new Thing("gone")),
      up(
        () => {
          for (const name of ["a", "b", "c", "d"]) new Thing(name);
        },
        ...PACK,
      ),
    ],
  },
];
