import { readFileSync, writeFileSync } from "node:fs";

import { shownResources } from "../support/diff";
import { type Scene, type Sections, change } from "./scene";

/** A change of one field, and what is done for it: an operation and a resource's name each. */
interface Change {
  readonly what: string;
  readonly edit: (sections: Sections) => void;
  readonly steps: readonly string[];
}

/** Those where the provider decides what becomes of placed files; tests/stacks/changes has every field. */
const CHANGES: readonly Change[] = [
  { what: "no field", edit: () => undefined, steps: [] },
  {
    what: "the storage",
    edit: ({ flocker }) => (flocker.agent.dataset["zone"] = "b"),
    steps: ["relay1", "agent1", "agent2"].map((host) => `update flocker-${host}`),
  },
  {
    what: "the administrator's folder",
    edit: ({ flocker: { administrator } }) => administrator !== undefined && (administrator.directory += "-2"),
    steps: ["replace flocker-administrator"],
  },
  {
    what: "MMM's series",
    edit: ({ mmm }) => (mmm.series = 2),
    steps: ["agent1", "db1", "api1", "agent3"].map((host) => `update mmm-${host}`),
  },
  {
    what: "a block that becomes the whole file",
    edit: ({ mmm }) => Object.assign(mmm.agents[0] ?? {}, { configuration: "this db1\n" }),
    steps: ["replace mmm-agent1"],
  },
];

/** What a preview has to do for a change; nothing is done. */
export function changeTests(scene: () => Scene): void {
  test.each(CHANGES)("$what", async ({ edit, steps }) => {
    const { environment } = scene();
    const before = readFileSync(environment.configFile);
    change(environment, edit);
    try {
      const preview = await environment.operate("preview", "--diff");
      expect(preview).toMatchObject({ code: 0, stderr: "" });
      const shown = shownResources(preview.stdout)
        .map(({ op, urn }) => ({ op, type: urn.split("::")[2] ?? "", name: urn.split("::")[3] }))
        .filter(({ type }) => !/(^|\$)groundwork:[^$]*$/.test(type));
      expect(shown.map(({ op, name }) => `${op} ${name}`).sort()).toEqual([...steps].sort());
    } finally {
      writeFileSync(environment.configFile, before);
    }
  });
}
