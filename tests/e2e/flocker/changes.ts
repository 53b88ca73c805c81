import { readFileSync, writeFileSync } from "node:fs";

import { shownResources } from "../support/diff";
import { NODE_UUID, type Scene, type Sections, change } from "./scene";

/** A change of one field, and what is done for it: an operation and a resource's name each. */
interface Change {
  readonly what: string;
  readonly edit: (sections: Sections) => void;
  readonly steps: readonly string[];
}

const certified = (op: string, name: string) => [`${op} ${name}-request`, `${op} ${name}-certificate`];
const pair = (op: string, name: string) => [`${op} ${name}-key`, ...certified(op, name)];
const AGENTS = ["update flocker-relay1", "update flocker-agent1", "update flocker-agent2"];
const EVERY_MMM = ["agent1", "db1", "api1", "agent3"].map((host) => `update mmm-${host}`);

const CHANGES: readonly Change[] = [
  { what: "no field", edit: () => undefined, steps: [] },
  { what: "Flocker's port for agents", edit: ({ flocker }) => (flocker.agent.port = 5524), steps: AGENTS },
  { what: "the storage", edit: ({ flocker }) => (flocker.agent.dataset["zone"] = "b"), steps: AGENTS },
  {
    what: "a name of the control service",
    edit: ({ flocker }) => flocker.control.names?.push("control.internal"),
    steps: [...certified("replace", "flocker-relay1-control"), "update flocker-relay1"],
  },
  {
    what: "Docker on a node",
    edit: ({ flocker }) => Object.assign(flocker.nodes[2] ?? {}, { dockerPlugin: true }),
    steps: [...pair("create", "flocker-agent2-plugin"), "update flocker-agent2"],
  },
  {
    what: "a node's UUID",
    edit: ({ flocker }) => Object.assign(flocker.nodes[1] ?? {}, { uuid: NODE_UUID.replace("8", "9") }),
    steps: [...certified("replace", "flocker-agent1-node"), "update flocker-agent1"],
  },
  {
    what: "an API user on a host, who goes",
    edit: ({ flocker }) => (flocker.users = flocker.users.filter(({ name }) => name !== "ci")),
    steps: ["delete flocker-api1", ...pair("delete", "flocker-api1-user-ci")],
  },
  {
    what: "an API user of the administrator's, who goes",
    edit: ({ flocker }) => (flocker.users = flocker.users.filter(({ name }) => name !== "alice")),
    steps: ["update flocker-administrator", ...pair("delete", "flocker-administrator-user-alice")],
  },
  {
    what: "the administrator's folder",
    edit: ({ flocker: { administrator } }) => administrator !== undefined && (administrator.directory += "-2"),
    steps: ["replace flocker-administrator"],
  },
  {
    what: "the cluster's name",
    edit: ({ flocker }) => (flocker.cluster.name = "other"),
    steps: [
      "replace flocker-ca-certificate",
      ...["relay1-control", "relay1-node", "agent1-node", "agent1-plugin", "agent2-node", "api1-user-ci"].map(
        (name) => `replace flocker-${name}-certificate`,
      ),
      "replace flocker-administrator-user-alice-certificate",
      ...[...AGENTS, "update flocker-api1", "update flocker-administrator"],
    ],
  },
  { what: "verify_mode", edit: ({ mmm }) => (mmm.verifyMode = 0), steps: EVERY_MMM },
  { what: "MMM's series", edit: ({ mmm }) => (mmm.series = 2), steps: EVERY_MMM },
  {
    what: "an address of an agent",
    edit: ({ mmm }) => Object.assign(mmm.agents[0] ?? {}, { names: ["192.168.0.31"] }),
    steps: [...certified("replace", "mmm-agent1"), "update mmm-agent1"],
  },
  {
    what: "the rest of a configuration",
    edit: ({ mmm }) => (mmm.monitor.configuration += "# more\n"),
    steps: ["update mmm-api1"],
  },
  {
    what: "a block that becomes the whole file",
    edit: ({ mmm }) => Object.assign(mmm.agents[0] ?? {}, { configuration: "this db1\n" }),
    steps: ["replace mmm-agent1"],
  },
  {
    what: "a remote mmm_control, which goes",
    edit: ({ mmm }) => (mmm.controls = []),
    steps: ["delete mmm-agent3", ...pair("delete", "mmm-agent3")],
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
