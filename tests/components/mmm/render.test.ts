import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { mmmProblems } from "../../../components/platforms/mmm";
import {
  configurationProblem,
  dialledAgents,
  dialledMonitor,
  wholeFile,
} from "../../../components/platforms/mmm/configuration";
import { memberFiles, memberHandlers } from "../../../components/platforms/mmm/member-files";
import { configurationPath } from "../../../components/platforms/mmm/paths";
import { stanza, tlsPaths } from "../../../components/platforms/mmm/stanza";

const { ca, ...pair } = tlsPaths("/usr/local/mmm");

describe("the stanza of series 1", () => {
  it("is that of MMM's documentation", () => {
    expect(stanza({ series: 1, ...pair, ca, verifyMode: 1 })).toBe(
      [
        "socket_type ssl",
        "    cert_file /usr/local/mmm/etc/ssl/ssl_crt.pem",
        "    key_file  /usr/local/mmm/etc/ssl/ssl_key.pem",
        "    ca_file   /usr/local/mmm/etc/ssl/ca_crt.pem",
        "    verify_mode 1",
        "",
      ].join("\n"),
    );
  });

  it.each([
    ["verification off", { verifyMode: 0, ca }, /^ {4}verify_mode 0$/m],
    ["nothing said of verification", { ca }, /^(?![\s\S]*verify_mode)/],
    ["the system's authorities", {}, /^(?![\s\S]*ca_file)/],
  ] as const)("can have %s", (_, change, expected) =>
    expect(stanza({ series: 1, ...pair, ...change })).toMatch(expected),
  );

  it("begins in the first column, indents its keys, and ends no line in a blank", () => {
    const [first, ...keys] = stanza({ series: 1, ...pair, ca, verifyMode: 1 })
      .trimEnd()
      .split("\n");
    expect(first).toMatch(/^socket_type \S+$/);
    for (const key of keys) expect(key).toMatch(/^ +\S+ +\S+$/);
  });
});

describe("the stanza of series 2", () => {
  it("is a section", () => {
    expect(stanza({ series: 2, ...pair, ca })).toBe(
      [
        "<socket>",
        "    type      ssl",
        "    cert_file /usr/local/mmm/etc/ssl/ssl_crt.pem",
        "    key_file  /usr/local/mmm/etc/ssl/ssl_key.pem",
        "    ca_file   /usr/local/mmm/etc/ssl/ca_crt.pem",
        "</socket>",
        "",
      ].join("\n"),
    );
  });

  it("refuses verify_mode, which is fatal there", () => {
    expect(() => stanza({ series: 2, ...pair, ca, verifyMode: 1 })).toThrow("MMM 2 knows no verify_mode");
  });
});

it.each(["/usr/local/my mmm/crt.pem", "/a,b", "relative", "/a\n/b", "/trailing "])(
  "a path cannot be %j",
  (certificate) => {
    expect(() => stanza({ series: 1, ...pair, ca, certificate })).toThrow("cannot be in a configuration of MMM");
  },
);

describe("the rest of a configuration file", () => {
  it.each([
    ["include mmm_common.conf\nthis db1\n", 2],
    ["# socket_type ssl\n# agent_password x\n", 1],
    ["socket_type ssl\n", 2],
  ] as const)("can be %j in series %i", (text, series) => expect(configurationProblem(text, series)).toBeUndefined());

  it.each([
    ["this db1\nsocket_type plain\n", 1, "how connections are made"],
    ["  socket_type ssl\n", 1, "how connections are made"],
    ["<socket>\n type plain\n</socket>\n", 2, "how connections are made"],
    ["<socket/>\n", 2, "how connections are made"],
    ["<host default>\n  agent_password x\n</host>\n", 2, "holds agent_password"],
    ["this db1\r\n", 1, "line ends of Windows"],
  ] as const)("cannot be %j in series %i", (text, series, reason) =>
    expect(configurationProblem(text, series)).toContain(reason),
  );

  it("comes before the stanza, without blanks at the ends of its lines", () => {
    expect(wholeFile("include mmm_common.conf  \nthis db1\t\n\n\n", "socket_type ssl\n")).toBe(
      "include mmm_common.conf\nthis db1\n\nsocket_type ssl\n",
    );
    expect(wholeFile(" \n", "socket_type ssl\n")).toBe("socket_type ssl\n");
  });
});

describe("what a configuration has dialled", () => {
  const ONE =
    "# hosts\nhost db1\n    ip 10.0.0.1\n    mode master\nhost db2\n    ip 10.0.0.2\nrole writer\n    ip 10.0.0.99\n";
  const TWO = [
    ...["<monitor>", "  ip 10.0.0.9", "</monitor>", "<host default>", "  cluster_interface eth0", "</host>"],
    ...["<host db1>", "  ip  10.0.0.1  ", "</host>", "< host db2 >", "ip 10.0.0.2", "</ host >", "ip 10.0.0.98"],
    ...["<role writer>", "  ips 10.0.0.99", "</role>"],
  ].join("\n");

  it("are the hosts' addresses, and the monitor's", () => {
    expect(dialledAgents(ONE, 1)).toEqual(["10.0.0.1", "10.0.0.2"]);
    expect(dialledAgents(TWO, 2)).toEqual(["10.0.0.1", "10.0.0.2"]);
    expect(dialledMonitor(TWO)).toEqual(["10.0.0.9"]);
    expect(dialledAgents("include mmm_common.conf\n", 2)).toEqual([]);
  });
});

describe("MMM", () => {
  const monitor = { host: "mon", holds: ["mon", "10.0.0.9"] };
  const agents = [
    { host: "db1", holds: ["db1", "10.0.0.1"] },
    { host: "db2", holds: ["db2", "10.0.0.2"] },
  ];
  const controls = [{ host: "ops", holds: ["ops", "10.0.0.8"] }];
  const facts = { series: 2, monitor, agents, controls } as const;
  const host = (ip: string) => `<host db>\n ip ${ip}\n</host>\n`;

  it.each([
    ["nothing", {}, []],
    ["nothing, as all is held", { monitor: { ...monitor, configuration: host("10.0.0.2") } }, []],
    ["nothing, in series 1", { series: 1, verifyMode: 0 }, []],
    ["verify_mode in series 2", { verifyMode: 1 }, ["verifyMode: MMM 2 does not know it"]],
    [
      "a folder where MMM 2 does not look",
      { configurationDirectory: "/usr/local/mmm/etc" },
      ["configurationDirectory: MMM 2 looks for its configuration in"],
    ],
    ["an agent twice", { agents: [agents[0], agents[0]] }, ["agents.1.host: db1 is listed twice"]],
    [
      "mmm_control beside the monitor",
      { controls: [monitor] },
      ["controls.0.host: mmm_control on mon reads the monitor's"],
    ],
    [
      "an address that no agent's certificate holds",
      { monitor: { ...monitor, configuration: host("192.168.0.31") } },
      ["monitor.configuration: 192.168.0.31 is dialled, and no certificate holds it"],
    ],
    [
      "an address that the monitor's certificate does not hold",
      { controls: [{ ...controls[0], configuration: "<monitor>\n ip 192.168.0.9\n</monitor>\n" }] },
      ["controls.0.configuration: 192.168.0.9 is dialled, and the monitor's certificate does not hold it"],
    ],
    [
      "a socket of its own",
      { agents: [{ ...agents[0], configuration: "<socket>\n</socket>\n" }] },
      ["agents.0.configuration: says how connections are made"],
    ],
  ])("is refused for %s", (_, change, expected) => {
    const problems = mmmProblems({ ...facts, ...change } as Parameters<typeof mmmProblems>[0]);
    const lines = problems.map(({ path, reason }) => `${path.join(".")}: ${reason}`);
    expect(lines).toHaveLength(expected.length);
    expected.forEach((text, index) => expect(lines[index]).toContain(text));
  });
});

describe("a member's files", () => {
  const contents = { caPem: "CA", certificatePem: "C", privateKeyPem: "K" };

  it.each([
    [{ series: 1 }, "/usr/local/mmm/etc/mmm_agent.conf"],
    [{ series: 1, base: "/opt/mmm" }, "/opt/mmm/etc/mmm_agent.conf"],
    [{ series: 1, base: "/opt/mmm", configurationDirectory: "/opt/mmm" }, "/opt/mmm/mmm_agent.conf"],
    [{ series: 2 }, "/etc/mysql-mmm/mmm_agent.conf"],
    [{ series: 2, configurationDirectory: "/etc/mmm" }, "/etc/mmm/mmm_agent.conf"],
  ] as const)("with %j have %s", (settings, path) => expect(configurationPath("agent", settings)).toBe(path));

  it("are one pair below the base and a block in each program's file", () => {
    const files = memberFiles({ series: 1, base: "/opt/mmm" }, [{ name: "agent" }, { name: "monitor" }], contents);
    expect(files.map(({ path, mode, kind }) => [path, mode, kind])).toEqual([
      ["/opt/mmm/etc/ssl/ca_crt.pem", undefined, undefined],
      ["/opt/mmm/etc/ssl/ssl_crt.pem", undefined, undefined],
      ["/opt/mmm/etc/ssl/ssl_key.pem", "0600", undefined],
      ["/opt/mmm/etc/mmm_agent.conf", "0640", "block"],
      ["/opt/mmm/etc/mmm_mon.conf", "0640", "block"],
    ]);
    expect(files.at(-1)?.content).toMatch(/^socket_type ssl\n[\s\S]*verify_mode 1\n$/);
  });

  it("can be a whole file, not readable by others, without a ca_file for mmm_control", () => {
    const program = { name: "control", configuration: "include mmm_common.conf\n", caFile: false } as const;
    const file = memberFiles({ series: 2 }, [program], contents).at(-1);
    expect(file).toMatchObject({ path: "/etc/mysql-mmm/mmm_mon.conf", mode: "0640", adopt: true });
    expect(file?.kind).toBeUndefined();
    expect(file?.content).toMatch(/^include mmm_common.conf\n\n<socket>\n(?![\s\S]*ca_file)[\s\S]*<\/socket>\n$/);
  });

  it.each([
    [1, "host db1\n  ip 10.0.0.1\n", true],
    [1, "# socket_type ssl\n", true],
    [1, "  socket_type ssl\n    cert_file /x\n", false],
    [2, "<host db1>\n</host>\n", true],
    [2, "< socket >\n  type ssl\n</socket>\n", false],
  ] as const)("in series %i are judged by what stands beside the block: %j", (series, rest, right) => {
    const directory = mkdtempSync(join(tmpdir(), "mmm-"));
    try {
      const settings = { series, configurationDirectory: directory };
      const block = memberFiles(settings, [{ name: "agent" }], contents).at(-1)?.content;
      const text = `${rest}# BEGIN groundwork mmm ssl\n${block}# END groundwork mmm ssl\n`;
      writeFileSync(join(directory, "mmm_agent.conf"), text);
      const handler = memberHandlers(settings, [{ name: "agent" }]).find(({ name }) => name.startsWith("connections"));
      const command = handler !== undefined && "command" in handler ? handler.command : "exit 9";
      const { status, stderr } = spawnSync("/bin/sh", ["-c", command], { encoding: "utf8" });
      expect({ status, told: stderr.includes("take that out") }).toEqual({ status: right ? 0 : 1, told: !right });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it("restart the daemons, and tell of a file that MMM 2 refuses", () => {
    const names = (series: 1 | 2, ...programs: ("agent" | "monitor" | "control")[]) =>
      memberHandlers(
        { series },
        programs.map((name) => ({ name })),
      ).map(({ name }) => name);
    expect(names(1, "agent", "monitor")).toEqual([
      ...["connections of /usr/local/mmm/etc/mmm_agent.conf", "restart mmm_agent"],
      ...["connections of /usr/local/mmm/etc/mmm_mon.conf", "restart mmm_mon"],
    ]);
    const judged = (file: string) => ["mode", "connections"].map((what) => `${what} of /etc/mysql-mmm/${file}`);
    expect(names(2, "agent", "monitor")).toEqual([
      ...[...judged("mmm_agent.conf"), "restart mysql-mmm-agent"],
      ...[...judged("mmm_mon.conf"), "restart mysql-mmm-monitor"],
    ]);
    expect(names(2, "control")).toEqual(judged("mmm_mon.conf"));
  });
});
