import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

import { parseEnvironment } from "../../stacks/environment";
import { formatPath } from "../../stacks/problems";
import { AGENT_BUILD } from "../support/agent-build";

const KEY = `ssh-ed25519 ${"A".repeat(68)}`;
const hosts = ["mon1", "db1", "db2", "ops1"].map((name, index) => ({
  name,
  address: `10.0.0.${index + 1}`,
  hostKey: KEY,
}));

const mmm = {
  series: 2,
  monitor: { host: "mon1" },
  agents: [{ host: "db1", names: ["192.168.0.31"] }, { host: "db2" }],
  controls: [{ host: "ops1" }],
};

const flocker = {
  cluster: { name: "storage" },
  control: { host: "mon1" },
  nodes: [{ host: "db1" }],
  agent: { dataset: { backend: "loopback" } },
};

function problemsOf(section: object, more: object = {}): readonly string[] {
  const parsed = parseEnvironment({
    hosts,
    operators: { broker: { endpoint: "https://b:15671" } },
    mmm: { ...mmm, ...section },
    ...more,
  });
  return parsed.kind === "valid" ? [] : parsed.problems.map(({ path, reason }) => `${formatPath("", path)}: ${reason}`);
}

/** MIG, which writes what is compiled into its agents to a path of one's choice on db1. */
function migBuilding(place: object): object {
  return {
    relay: { hosts: ["mon1"] },
    database: { host: "mon1" },
    scheduler: { hosts: ["mon1"] },
    api: { host: "mon1", publicUrl: "https://mig.example.net" },
    agents: { hosts: [] },
    agentBuild: {
      host: "db1",
      ...AGENT_BUILD,
      ...place,
    },
  };
}

const ipOf = (address: string) => `include mmm_common.conf\n<host db1>\n  ip ${address}\n</host>\n`;

describe("MMM's section", () => {
  it("is right as the guide shows one with blocks and one with whole files, once host keys are filled in", () => {
    const guide = readFileSync(join(__dirname, "../../docs/guides/mmm.md"), "utf8");
    const [shown = "", files = ""] = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text ?? "");
    const { config } = parse(shown.replaceAll("ssh-ed25519 AAAA…", KEY)) as { config: Record<string, object> };
    const environment = config["groundwork:environment"];
    for (const section of [{}, parse(files) as object]) {
      const parsed = parseEnvironment({ ...environment, ...section });
      expect(parsed.kind === "valid" ? [] : parsed.problems).toEqual([]);
    }
  });

  it.each([
    ["is right", {}, []],
    ["is right, with verification in series 1", { series: 1, verifyMode: 0 }, []],
    ["is right, with what is dialled", { monitor: { host: "mon1", configuration: ipOf("192.168.0.31") } }, []],
    ["no series", { series: undefined }, [".mmm.series: "]],
    ["verify_mode in series 2", { verifyMode: 1 }, [".mmm.verifyMode: MMM 2 does not know it: leave it out"]],
    ["a host that is unknown", { agents: [{ host: "db9" }] }, [".mmm.agents[0].host: there is no host db9 in hosts"]],
    ["an unknown monitor", { monitor: { host: "mon9" } }, [".mmm.monitor.host: there is no host mon9 in hosts"]],
    [
      "an address that no certificate holds",
      { monitor: { host: "mon1", configuration: ipOf("192.168.0.32") } },
      [".mmm.monitor.configuration: 192.168.0.32 is dialled, and no certificate holds it"],
    ],
    ["mmm_control on the monitor", { controls: [{ host: "mon1" }] }, [".mmm.controls[0].host: mmm_control on mon1"]],
    ["an agent twice", { agents: [{ host: "db1" }, { host: "db1" }] }, [".mmm.agents[1].host: db1 is listed twice"]],
    ["a base with a blank", { base: "/opt/my mmm" }, [".mmm.base: "]],
    [
      "a password in the open",
      { agents: [{ host: "db1", configuration: "agent_password x\n" }] },
      [".mmm.agents[0].configuration: holds agent_password, which is a secret"],
    ],
  ])("tells: %s", (_, section, expected) => {
    const problems = problemsOf(section);
    expect(problems).toHaveLength(expected.length);
    expected.forEach((text, index) => expect(problems[index]).toContain(text));
  });

  it("stands beside Flocker's on the same hosts", () => expect(problemsOf({}, { flocker })).toEqual([]));

  it("refuses a file that another platform places as well, by host, path and place in the environment", () => {
    const agentBuild = { path: "/usr/local/mmm/etc/mmm_agent.conf" };
    expect(problemsOf({ series: 1 }, { flocker, mig: migBuilding(agentBuild) })).toEqual([
      ".mmm.agents[0].host: db1:/usr/local/mmm/etc/mmm_agent.conf is claimed by mmm.agents[0].host and by mig.agentBuild.path: let one of them place it.",
    ]);
    expect(problemsOf({ series: 2 }, { flocker, mig: migBuilding(agentBuild) })).toEqual([]);
  });
});
