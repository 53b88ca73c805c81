import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

import { parseEnvironment } from "../../stacks/environment";
import { formatPath, formatProblems } from "../../stacks/problems";
import { AGENT_BUILD } from "../support/agent-build";

const KEY = `ssh-ed25519 ${"A".repeat(68)}`;

/** A tree to change at one path at a time. */
type Tree = Record<string, unknown>;

function dev(): Tree {
  const file = readFileSync(join(__dirname, "../../stacks/Pulumi.dev.yaml"), "utf8");
  const { config } = parse(file) as { config: Record<string, Tree> };
  const environment = config["groundwork:environment"];
  if (environment === undefined) throw new Error("Pulumi.dev.yaml has no environment.");
  return environment;
}

/** The environment with the value at a path such as `hosts.2.address` set, or taken out when it is undefined. */
function changed(path: string, value: unknown): Tree {
  const environment = dev();
  const steps = path.split(".");
  const last = steps.pop() ?? "";
  const parent = steps.reduce<Tree>((tree, step) => (tree[step] ??= {}) as Tree, environment);
  parent[last] = value;
  return environment;
}

function problemsOf(environment: unknown): readonly string[] {
  const parsed = parseEnvironment(environment);
  return parsed.kind === "valid"
    ? []
    : parsed.problems.map(({ path, reason }) => `${formatPath("environment", path)}: ${reason}`);
}

describe("an environment", () => {
  it("is right as Pulumi.dev.yaml has it", () => expect(problemsOf(dev())).toEqual([]));

  it("is right as the guide to MIG shows one, once host keys are filled in", () => {
    const guide = readFileSync(join(__dirname, "../../docs/guides/mig.md"), "utf8");
    const [shown = "", build = ""] = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text ?? "");
    const { config } = parse(shown.replaceAll("ssh-ed25519 AAAA…", KEY)) as { config: Record<string, Tree> };
    const environment = config["groundwork:environment"] ?? {};
    expect(problemsOf(environment)).toEqual([]);

    const { agentBuild } = parse(build.replace("build1", "app1")) as { agentBuild: Tree };
    expect(problemsOf({ ...environment, mig: { ...(environment["mig"] as Tree), agentBuild } })).toEqual([]);
  });

  it.each([
    ["a wrong key", "hosts.1.adress", "10.0.0.1", "environment.hosts[1].adress: there is no such key"],
    ["a wrong key at the top", "broker", {}, "environment.broker: there is no such key"],
    ["a missing key", "mig.scheduler.hosts", undefined, "environment.mig.scheduler.hosts: is missing"],
    ["a host's name twice", "hosts.2.name", "relay1", "environment.hosts[2].name: relay1 is taken by hosts[0]"],
    [
      "an address twice",
      "hosts.2.address",
      "127.10.0.11",
      "environment.hosts[2].address: 127.10.0.11 is taken by hosts[0]",
    ],
    [
      "a name in DNS twice",
      "hosts",
      ["relay1", "db1"].map((name, index) => ({ name, address: `10.0.0.${index + 1}`, fqdn: "a.example.net" })),
      "environment.hosts[1].fqdn: a.example.net is taken by hosts[0]",
    ],
    [
      "a name in DNS of many hosts",
      "hosts.2.fqdn",
      "*.example.net",
      'environment.hosts[2].fqdn: "*.example.net" is not a DNS name of one host',
    ],
    [
      "a relay that is dialled by a wildcard",
      "mig.relay.endpoint",
      "*.example.net",
      'environment.mig.relay.endpoint: "*.example.net" is neither a DNS name of one host nor an IP address',
    ],
    ["no address", "hosts.2.address", "api1", 'environment.hosts[2].address: "api1" is not an IP address'],
    ["a port out of range", "hosts.0.port", 70_000, "environment.hosts[0].port: "],
    [
      "a name that no host can have",
      "hosts.0.name",
      "Relay_1",
      'environment.hosts[0].name: "Relay_1" is not a host name',
    ],
    [
      "a host key cut short",
      "hosts.0.hostKey",
      "ssh-ed25519",
      "environment.hosts[0].hostKey: is not a public host key",
    ],
    [
      "a bad expression",
      "mig.scheduler.whitelist",
      ["re:linux.[a-"],
      "environment.mig.scheduler.whitelist[0]: Invalid",
    ],
    [
      "a queue location of no system",
      "mig.scheduler.whitelist",
      ["beos.a.b"],
      'environment.mig.scheduler.whitelist[0]: "beos.a.b" is no agent\'s queue location',
    ],
    [
      "a lifetime that is too long",
      "certificates.lifetime",
      "3y",
      "environment.certificates.lifetime: 3y is longer than 825d",
    ],
    [
      "a lifetime without a unit",
      "certificates.lifetime",
      "90",
      'environment.certificates.lifetime: "90" is not a lifetime',
    ],
    [
      "a certificate that outlives its authority",
      "certificates.authorityLifetime",
      "60d",
      "environment.certificates.lifetime: 90d is longer than the authority's 60d",
    ],
    [
      "a renewal before the issue",
      "certificates.renewBefore",
      "90d",
      "environment.certificates.renewBefore: 90d is not shorter",
    ],
    ["an unknown platform", "mgi", {}, "environment.mgi: there is no such key"],
    ["no platform", "mig", undefined, "environment: holds no platform: there are mig"],
    [
      "an endpoint without a host",
      "mig.agents.hosts",
      ["agent1", "agent9"],
      "environment.mig.agents.hosts[1]: there is no host agent9 in hosts",
    ],
    [
      "an exception for a host that is no agent",
      "mig.agents.exceptions",
      { relay1: { immortal: false } },
      "environment.mig.agents.exceptions.relay1: relay1 is not among the agents' hosts",
    ],
    [
      "a node that is to be named by a name in DNS that it has not",
      "mig.relay.nodeName",
      "rabbit@{fqdn}",
      "environment.mig.relay.hosts[0]: relay1 has no fqdn, which nodeName asks for",
    ],
    [
      "a pattern of another number of addresses",
      "hosts.3",
      { name: "agent[1-3]", address: "10.1.0.[1-4]" },
      'environment.hosts[3]: its name stands for 3 hosts and its address, "10.1.0.[1-4]", for 4',
    ],
    [
      "a host of a pattern that there is not",
      "mig.agents.hosts",
      ["agent1", "agent[3-5]"],
      "environment.mig.agents.hosts[1]: there is no host agent4 in hosts",
    ],
    [
      "a scheduler listed twice",
      "mig.scheduler.hosts",
      ["api1", "api1"],
      "environment.mig.scheduler.hosts[1]: api1 is listed twice",
    ],
    [
      "agents that are built where a daemon of MIG reads",
      "mig.agentBuild",
      { host: "api1", path: "/etc/mig/scheduler.cfg", ...AGENT_BUILD },
      "environment.mig.agentBuild.path: api1:/etc/mig/scheduler.cfg is claimed by mig.agentBuild.path and by mig.scheduler.hosts[0]",
    ],
    [
      "agents that are built where the relay has its certificate",
      "mig.agentBuild",
      { host: "relay1", path: "/etc/rabbitmq/certs/relay1.pem", ...AGENT_BUILD },
      "environment.mig.agentBuild.path: relay1:/etc/rabbitmq/certs/relay1.pem is claimed by",
    ],
    [
      "agents that are built where the database server is told of its clients",
      "mig.agentBuild",
      { host: "db1", path: "/etc/postgresql/15/main/pg_hba.conf", ...AGENT_BUILD },
      "environment.mig.agentBuild.path: db1:/etc/postgresql/15/main/pg_hba.conf is claimed by",
    ],
    [
      "a key of an investigator's that is none",
      "mig.agentBuild",
      { directory: "/root/mig", ...AGENT_BUILD, publicKeys: ["mQEN"] },
      "environment.mig.agentBuild.publicKeys[0]: is not an armoured PGP public key",
    ],
    [
      "agents that are built nowhere",
      "mig.agentBuild",
      { host: "api1", ...AGENT_BUILD },
      "environment.mig.agentBuild: needs either host and path, or directory",
    ],
    [
      "agents that are built in two places",
      "mig.agentBuild",
      { host: "api1", path: "/srv/mig-agent-conf.go", directory: "/root/mig", ...AGENT_BUILD },
      "environment.mig.agentBuild: needs either host and path, or directory",
    ],
    [
      "agents that are built in the project",
      "mig.agentBuild",
      { directory: process.cwd(), ...AGENT_BUILD },
      "environment.mig.agentBuild.directory: ",
    ],
    [
      "a node's name in Erlang that is none",
      "mig.relay.nodeName",
      "Rabbit@relay1",
      "environment.mig.relay.nodeName: is not a name as rabbit@{name}",
    ],
    [
      "a relay that is nowhere",
      "mig.relay.hosts",
      ["r"],
      "environment.mig.relay.hosts[0]: there is no host r in hosts",
    ],
    [
      "an agent listed twice",
      "mig.agents.hosts",
      ["agent1", "agent1"],
      "environment.mig.agents.hosts[1]: agent1 is listed twice",
    ],
    ["a network without a length", "mig.database.clients", ["10.0.0.1"], "environment.mig.database.clients[0]: "],
    ["a path that is not absolute", "mig.database.directory", "etc/pg", 'environment.mig.database.directory: "etc/pg"'],
    [
      "a duration without a unit",
      "mig.scheduler.heartbeat",
      "5",
      'environment.mig.scheduler.heartbeat: "5" is not a duration',
    ],
    [
      "a broker timeout within a heartbeat",
      "mig.scheduler.brokerTimeout",
      "5m",
      "environment.mig.scheduler.brokerTimeout: 5m is not longer than a heartbeat, 5m",
    ],
    ["an API without a URL", "mig.api.publicUrl", "mig.example.net", "environment.mig.api.publicUrl: is not a URL"],
    [
      "operators beside a lab",
      "operators",
      { broker: { endpoint: "https://r" } },
      "environment.operators: the lab has",
    ],
  ])("is refused for %s, with its path", (_, path, value, expected) => {
    expect(problemsOf(changed(path, value))[0]).toContain(expected);
  });

  it("is refused for mirroring on RabbitMQ 4, and right without", () => {
    expect(problemsOf(changed("mig.relay", { hosts: ["relay1"], generation: 4, mirrored: ["mig"] }))[0]).toContain(
      "environment.mig.relay.mirrored: RabbitMQ 4 has no mirrored queues",
    );
    expect(problemsOf(changed("mig.relay", { hosts: ["relay1"], generation: 4 }))).toEqual([]);
  });

  it("needs operators and host keys where there is no lab", () => {
    const environment = changed("lab", undefined);
    expect(problemsOf(environment)).toContain("environment.operators: is needed where there is no lab");
    expect(
      problemsOf(environment).filter((problem) =>
        problem.includes("hostKey: is needed where there is neither a lab nor hostKeys"),
      ),
    ).toHaveLength(6);

    for (const host of environment["hosts"] as Tree[]) host["hostKey"] = KEY;
    environment["operators"] = { broker: { endpoint: "https://relay1.example.net:15671" } };
    expect(problemsOf(environment)).toEqual([]);
  });

  it.each([
    ["http://relay1:15672", "endpoint: is not https://host:port"],
    ["http://127.0.0.1:15672", undefined],
    ["https://relay1:15671", undefined],
  ])("lets the broker be managed over %s: %s", (endpoint, reason) => {
    const environment = changed("operators", { broker: { endpoint } });
    delete environment["lab"];
    for (const host of environment["hosts"] as Tree[]) host["hostKey"] = KEY;
    const problems = problemsOf(environment);
    if (reason === undefined) expect(problems).toEqual([]);
    else expect(problems.join()).toContain(reason);
  });

  it("does not let guest be the operator, as guest is deleted", () => {
    const environment = changed("operators", { broker: { endpoint: "https://r", username: "guest" } });
    delete environment["lab"];
    expect(problemsOf(environment).join()).toContain("operators.broker.username: guest is deleted");
  });

  it.each([
    [
      { broker: { endpoint: "https://r", username: "scheduler" } },
      "mig.relay: broker user scheduler is claimed by operators",
    ],
    [
      { database: { username: "migadmin" } },
      "mig.database: database role migadmin is claimed by operators.database.user",
    ],
    [
      { database: { host: "10.1.2.3", sslmode: "verify-full" } },
      "operators.database.host: 10.1.2.3 is dialled, and the certificate of db1 does not hold it",
    ],
  ])("does not have operators as %j", (operators, reason) => {
    const environment = changed("operators", { broker: { endpoint: "https://r" }, ...operators });
    delete environment["lab"];
    expect(problemsOf(environment).join()).toContain(reason);
  });

  it("tells of a problem that many hosts of a pattern share once", () => {
    const environment = dev();
    environment["icinga2"] = {
      zones: [{ name: "master", endpoints: [{ host: "db1" }] }],
      agents: [{ parent: "asia", hosts: ["agent[1-3]"] }],
    };
    expect(problemsOf(environment)).toEqual(["environment.icinga2.agents[0].parent: there is no zone asia"]);
  });

  it("tells all problems at once", () => {
    const environment = changed("hosts.2.address", "x");
    (environment["certificates"] as Tree)["lifetime"] = "90";
    expect(problemsOf(environment)).toHaveLength(2);
  });

  it.each([[undefined], [null], ["text"], [[]]])("is refused when it is %j", (value) =>
    expect(problemsOf(value).length).toBeGreaterThan(0),
  );
});

describe("a problem", () => {
  it("is a line with file and path", () => {
    const problems = [
      { path: ["hosts", 2, "address"], reason: "is wrong" },
      { path: ["a b"], reason: "is odd" },
    ];
    expect(formatProblems("stacks/Pulumi.dev.yaml", "groundwork:environment", problems)).toBe(
      "stacks/Pulumi.dev.yaml: groundwork:environment.hosts[2].address: is wrong\n" +
        'stacks/Pulumi.dev.yaml: groundwork:environment["a b"]: is odd',
    );
  });
});
