import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

import { AGENT_BUILD } from "../support/agent-build";
import { KEY, changed, problemsOf } from "./dev-environment";
import type { Tree } from "./tree";

describe("MIG's section", () => {
  it("is right as the guide shows one, once host keys are filled in", () => {
    const guide = readFileSync(join(__dirname, "../../docs/guides/mig.md"), "utf8");
    const [shown = "", build = ""] = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text ?? "");
    const { config } = parse(shown.replaceAll("ssh-ed25519 AAAA…", KEY)) as { config: Record<string, Tree> };
    const environment = config["groundwork:environment"] ?? {};
    expect(problemsOf(environment)).toEqual([]);

    const { agentBuild } = parse(build.replace("build1", "app1")) as { agentBuild: Tree };
    expect(problemsOf({ ...environment, mig: { ...(environment["mig"] as Tree), agentBuild } })).toEqual([]);
  });

  it.each([
    ["a missing key", "mig.scheduler.hosts", undefined, "environment.mig.scheduler.hosts: is missing"],
    [
      "a relay that is dialled by a wildcard",
      "mig.relay.endpoint",
      "*.example.net",
      'environment.mig.relay.endpoint: "*.example.net" is neither a DNS name of one host nor an IP address',
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
      { directory: "/srv/administrator/mig", ...AGENT_BUILD, publicKeys: ["mQEN"] },
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
      { host: "api1", path: "/srv/mig-agent-conf.go", directory: "/srv/administrator/mig", ...AGENT_BUILD },
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
    [
      "a log without a file",
      "mig.logging",
      { mode: "file" },
      "environment.mig.logging.file: is needed where the mode is",
    ],
    ["an API without a URL", "mig.api.publicUrl", "mig.example.net", "environment.mig.api.publicUrl: is not a URL"],
  ])("is refused for %s, with its path", (_, path, value, expected) => {
    expect(problemsOf(changed(path, value))[0]).toContain(expected);
  });

  it("is refused for mirroring on RabbitMQ 4, and right without", () => {
    expect(problemsOf(changed("mig.relay", { hosts: ["relay1"], generation: 4, mirrored: ["mig"] }))[0]).toContain(
      "environment.mig.relay.mirrored: RabbitMQ 4 has no mirrored queues",
    );
    expect(problemsOf(changed("mig.relay", { hosts: ["relay1"], generation: 4 }))).toEqual([]);
  });
});
