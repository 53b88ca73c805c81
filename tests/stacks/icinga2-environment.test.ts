import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

import { parseEnvironment } from "../../stacks/environment";
import { formatPath } from "../../stacks/problems";
import { AGENT_BUILD } from "../support/agent-build";
import { type Tree, withValue } from "./tree";

const HOSTS = ["master1", "master2", "sat1", "agent1", "agent2", "db1"].map((name, index) => ({
  name,
  address: `127.99.0.${index + 1}`,
}));

/** An environment whose section is changed at paths such as `zones.1.parent`. */
function environment(change: Tree = {}, platforms: Tree = {}): Tree {
  const icinga2: Tree = {
    zones: [
      { name: "master", endpoints: [{ host: "master1" }, { host: "master2" }] },
      { name: "europe", parent: "master", endpoints: [{ host: "sat1" }] },
    ],
    agents: [{ parent: "europe", hosts: ["agent1", "agent2"], certificate: "ticket" }],
    ido: { host: "db1" },
  };
  const changed = Object.entries(change).reduce((tree, [path, value]) => withValue(tree, path, value), icinga2);
  return { lab: "lab.json", hosts: HOSTS, icinga2: changed, ...platforms };
}

function problemsOf(value: Tree): readonly string[] {
  const parsed = parseEnvironment(value);
  return parsed.kind === "valid" ? [] : parsed.problems.map(({ path, reason }) => `${formatPath("", path)}: ${reason}`);
}

const MIG = {
  relay: { hosts: ["master1"] },
  database: { host: "db1" },
  scheduler: { hosts: ["master1"] },
  api: { host: "master1", publicUrl: "https://mig.example.net" },
  agents: { hosts: ["agent1"] },
};

describe("Icinga's section", () => {
  it("is right with masters, a satellite, agents and a database, and beside MIG on the same hosts and server", () => {
    expect(problemsOf(environment())).toEqual([]);
    expect(problemsOf(environment({}, { mig: MIG }))).toEqual([]);
  });

  it("is right as the guide shows one, once host keys are filled in", () => {
    const guide = readFileSync(join(__dirname, "../../docs/guides/icinga2.md"), "utf8");
    const shown = /```yaml\n([\s\S]*?)```/.exec(guide)?.[1] ?? "";
    const key = `ssh-ed25519 ${"A".repeat(68)}`;
    const { config } = parse(shown.replaceAll("ssh-ed25519 AAAA…", key)) as { config: Record<string, Tree> };
    expect(problemsOf(config["groundwork:environment"] ?? {})).toEqual([]);
  });

  it("names agents that are built where a master keeps what the database is trusted by", () => {
    const agentBuild = { host: "master1", path: "/etc/icinga2/ido-ca.crt", ...AGENT_BUILD };
    expect(problemsOf(environment({}, { mig: { ...MIG, agentBuild } })).join()).toContain(
      "master1:/etc/icinga2/ido-ca.crt is claimed by icinga2.zones[0].endpoints[0].host and by mig.agentBuild.path",
    );
  });

  it("has the daemon's own lifetimes and keys where it says nothing", () => {
    const parsed = parseEnvironment(environment());
    if (parsed.kind === "invalid") throw new Error("refused");
    const { authorityLifetime, lifetime, renewBefore, authorityKeyAlgorithm } =
      parsed.environment.icinga2?.certificates ?? {};
    expect([authorityLifetime, lifetime, renewBefore].map(String)).toEqual(["15y", "397d", "60d"]);
    expect(authorityKeyAlgorithm).toBe("RSA-4096");
  });

  it.each<[string, Tree, string]>([
    [
      "an endpoint without a host",
      { "zones.1.endpoints": [{ host: "sat9" }] },
      ".icinga2.zones[1].endpoints[0].host: there is no host sat9 in hosts",
    ],
    [
      "an agent without a host",
      { "agents.0.hosts": ["agent1", "agent9"] },
      ".icinga2.agents[0].hosts[1]: there is no host agent9 in hosts",
    ],
    [
      "a cycle of zones",
      { "zones.1.parent": "europe" },
      ".icinga2.zones[1].parent: zones form a cycle: europe → europe",
    ],
    ["an unknown parent", { "zones.1.parent": "asia" }, ".icinga2.zones[1].parent: there is no zone asia"],
    ["agents of no zone", { "agents.0.parent": "asia" }, ".icinga2.agents[0].parent: there is no zone asia"],
    [
      "three endpoints in a zone",
      { "zones.1.endpoints": [{ host: "sat1" }, { host: "agent1", name: "a" }, { host: "agent2", name: "b" }] },
      ".icinga2.zones[1].endpoints: zone europe has 3 endpoints: Icinga supports two at most",
    ],
    [
      "a node in two zones",
      { "zones.1.endpoints": [{ host: "master2", name: "other" }] },
      ".icinga2.zones[1].endpoints[0].host: master2 is a node already, in zone master",
    ],
    [
      "an endpoint's name twice",
      { "zones.1.endpoints": [{ host: "sat1", name: "master1" }] },
      ".icinga2.zones[1].endpoints[0].host: endpoint master1 is in zone master already",
    ],
    [
      "a name that is dialled and in no certificate",
      { "zones.0.endpoints.1.dial": "m2.example.net", "zones.0.endpoints.1.names": ["master2"] },
      ".icinga2.zones[0].endpoints[1].host: m2.example.net is dialled, and the certificate of master2 does not hold it",
    ],
    [
      "an elliptic authority",
      { "certificates.authorityKeyAlgorithm": "ECDSA-P256" },
      ".icinga2.certificates.authorityKeyAlgorithm: ECDSA-P256 is no key for Icinga's authority",
    ],
    [
      "a renewal after the daemon's own",
      { "certificates.renewBefore": "30d" },
      ".icinga2.certificates.renewBefore: 30d is not longer than 30d, when the daemon renews by itself",
    ],
    [
      "a signing master that is none",
      { signingMaster: "sat1" },
      ".icinga2.signingMaster: sat1 signs requests, and is no endpoint of the masters' zone: those are master1, master2",
    ],
    [
      "an endpoint whose name is that of many",
      { "zones.0.endpoints.1.name": "*.example.net" },
      '.icinga2.zones[0].endpoints[1].name: "*.example.net" is not a DNS name of one host',
    ],
    [
      "an endpoint whose name no certificate can be called by",
      { "zones.0.endpoints.1.name": `${"a".repeat(62)}.example.net` },
      ".example.net is longer than 64 characters: its certificate holds it",
    ],
    [
      "an endpoint whose certificate is the authority's file",
      { "zones.0.endpoints.1.name": "ca" },
      ".icinga2.zones[0].endpoints[1].host: master2:/var/lib/icinga2/certs/ca.crt is claimed by",
    ],
    ["a global zone twice", { globalZones: ["all", "all"] }, ".icinga2.globalZones[1]: all is listed twice"],
    [
      "a database of the server's",
      { "ido.database": "template1" },
      ".icinga2.ido.database: is a database of the server",
    ],
    ["a role of the server's", { "ido.user": "pg_monitor" }, ".icinga2.ido.user: is a name that PostgreSQL keeps"],
    ["a fail-over too soon", { "ido.failoverTimeout": "29s" }, ".icinga2.ido.failoverTimeout: is less than 30s"],
    [
      "an external schema without a password",
      { "ido.schema": "external" },
      ".icinga2.ido.password: is needed where the schema is external",
    ],
    ["a wrong key", { "ido.databse": "x" }, ".icinga2.ido.databse: there is no such key"],
  ])("is refused for %s, with its path", (_, change, expected) => {
    expect(problemsOf(environment(change))[0]).toContain(expected);
  });

  it.each<[string, Tree, string]>([
    [
      "MIG's role",
      { "ido.user": "migapi" },
      ".icinga2.ido.user: database role migapi is claimed by mig.database already",
    ],
    [
      "MIG's database",
      { "ido.database": "mig" },
      ".icinga2.ido.database: database mig is claimed by mig.database already",
    ],
    [
      "another server than MIG's",
      { "ido.host": "sat1" },
      ".icinga2.ido.host: an environment has one PostgreSQL server, and mig.database.host is on db1:5432",
    ],
    [
      "what MIG's server is like",
      { "ido.directory": "/etc/postgresql/16/main" },
      ".icinga2.ido.directory: is MIG's server's: say it in mig.database.directory",
    ],
    [
      "a name of MIG's server that its certificate does not hold",
      { "ido.endpoint": "vip.example.net" },
      ".icinga2.ido.endpoint: vip.example.net is dialled, and the certificate of db1 does not hold it",
    ],
  ])("is refused beside MIG for %s", (_, change, expected) => {
    expect(problemsOf(environment(change, { mig: MIG })).join()).toContain(expected);
  });
});
