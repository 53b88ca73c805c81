import { parse } from "yaml";

import {
  flockerProblems,
  hostnameProblem,
  memberClaims,
  userProblem,
  uuidProblem,
} from "../../../components/platforms/flocker";
import { agentConfig } from "../../../components/platforms/flocker/agent-config";
import { memberFiles, memberHandlers } from "../../../components/platforms/flocker/member-files";

describe("agent.yml", () => {
  it("says where the control service is and what the storage takes, as numbers, booleans and text", () => {
    const text = agentConfig({
      hostname: "control.example.net",
      port: 4524,
      dataset: { backend: "aws", region: "us-west-1", zone: "no", secret_access_key: "123", retries: 3, dry: true },
      logging: { version: 1, handlers: { console: { class: "logging.StreamHandler" } } },
    });
    expect(parse(text, { version: "1.1" })).toEqual({
      version: 1,
      "control-service": { hostname: "control.example.net", port: 4524 },
      dataset: { backend: "aws", region: "us-west-1", zone: "no", secret_access_key: "123", retries: 3, dry: true },
      logging: { version: 1, handlers: { console: { class: "logging.StreamHandler" } } },
    });
  });

  it("leaves out the logging that is not set", () => {
    expect(agentConfig({ hostname: "c1", port: 4524, dataset: { backend: "loopback" } })).toBe(
      "version: 1\ncontrol-service:\n  hostname: c1\n  port: 4524\ndataset:\n  backend: loopback\n",
    );
  });
});

describe("the control service's host name", () => {
  it.each(["control.example.net", "c1", "10.0.0.1"])("can be %s", (name) =>
    expect(hostnameProblem(name)).toBeUndefined(),
  );
  it.each([
    ["control_1.example.net", "underscore"],
    ["fd00::1", "IPv6"],
    ["*.example.net", "is not a host name"],
    ["a b", "is not a host name"],
  ])("cannot be %s", (name, reason) => expect(hostnameProblem(name)).toContain(reason));
});

describe("an API user", () => {
  it.each(["alice", "ci-2", "a.b_c"])("can be %s", (name) => expect(userProblem(name)).toBeUndefined());
  it.each([
    ["cluster", "Flocker's own cluster.crt"],
    ["node", "Flocker's own"],
    ["control-service", "Flocker's own"],
    ["plugin", "Flocker's own"],
    ["a/b", "is not a user"],
    ["", "is not a user"],
    ["-x", "is not a user"],
    ["u".repeat(60), "longer than 59"],
  ])("cannot be %j", (name, reason) => expect(userProblem(name)).toContain(reason));
});

it.each([
  ["8eab4b8d-c0a2-4ce2-80aa-0709277a9a7a", true],
  ["8EAB4B8D-C0A2-4CE2-80AA-0709277A9A7A", false],
  ["8eab4b8dc0a24ce280aa0709277a9a7a", false],
  ["node1", false],
])("%s as a UUID: %s", (uuid, valid) => expect(uuidProblem(uuid) === undefined).toBe(valid));

describe("a cluster", () => {
  const A = "8eab4b8d-c0a2-4ce2-80aa-0709277a9a7a";
  const facts = { cluster: {}, control: {}, nodes: [{ host: "n1" }, { host: "n2" }], users: [] };

  it.each([
    ["nothing", {}, []],
    [
      "nothing, with UUIDs of its own",
      { cluster: { uuid: A.replace("8", "9") }, nodes: [{ host: "n1", uuid: A }] },
      [],
    ],
    [
      "a UUID of two nodes",
      {
        nodes: [
          { host: "n1", uuid: A },
          { host: "n2", uuid: A },
        ],
      },
      [`nodes.1.uuid: ${A} is used twice: it is nodes.0.uuid already`],
    ],
    [
      "a node with the cluster's UUID",
      { cluster: { uuid: A }, nodes: [{ host: "n1", uuid: A }] },
      [`nodes.0.uuid: ${A} is used twice: it is cluster.uuid already`],
    ],
    ["a UUID that is none", { nodes: [{ host: "n1", uuid: "x" }] }, ['nodes.0.uuid: "x" is not a UUID']],
    ["a host that is two nodes", { nodes: [{ host: "n1" }, { host: "n1" }] }, ["nodes.1.host: n1 is used twice"]],
    ["an underscore", { control: { hostname: "a_b" } }, ["control.hostname: "]],
    ["a user's name of its own", { users: [{ name: "node", host: "n1" }] }, ["users.0.name: "]],
    [
      "a user twice",
      {
        users: [
          { name: "a", host: "n1" },
          { name: "a", host: "n2" },
        ],
      },
      ["users.1.name: a is used twice"],
    ],
    ["a certificate that goes nowhere", { users: [{ name: "a" }] }, ["users.0: the certificate of a would go nowhere"]],
    ["nothing, when the administrator takes it", { users: [{ name: "a" }], administrator: {} }, []],
  ])("is refused for %s", (_, change, expected) => {
    const problems = flockerProblems({ ...facts, ...change }).map(({ path, reason }) => `${path.join(".")}: ${reason}`);
    expect(problems).toHaveLength(expected.length);
    expected.forEach((text, index) => expect(problems[index]).toContain(text));
  });
});

describe("a member's files", () => {
  const pair = { certificatePem: "C", privateKeyPem: "K" };

  it.each([
    [
      "the control service",
      { control: true, node: false, plugin: false, users: [] },
      ["cluster.crt", "control-service.crt", "control-service.key"],
    ],
    [
      "a node with Docker",
      { control: false, node: true, plugin: true, users: [] },
      ["cluster.crt", "node.crt", "node.key", "plugin.crt", "plugin.key", "agent.yml"],
    ],
    ["a user", { control: false, node: false, plugin: false, users: ["ci"] }, ["cluster.crt", "ci.crt", "ci.key"]],
    [
      "all of it",
      { control: true, node: true, plugin: false, users: ["ci"] },
      [
        "cluster.crt",
        "control-service.crt",
        "control-service.key",
        "node.crt",
        "node.key",
        "ci.crt",
        "ci.key",
        "agent.yml",
      ],
    ],
  ])("of %s", (_, roles, names) => {
    expect(memberClaims(roles)).toEqual(names.map((name) => ({ path: `/etc/flocker/${name}`, kind: "whole" })));
  });

  it("are readable by root alone where they hold a key or a password", () => {
    const files = memberFiles({
      caPem: "CA",
      control: pair,
      node: { ...pair, configuration: "Y" },
      plugin: pair,
      users: { ci: pair },
    });
    expect(files.filter(({ mode }) => mode === "0600").map(({ content }) => content)).toEqual([
      "K",
      "K",
      "K",
      "K",
      "Y",
    ]);
  });

  it("restart whoever reads them, the control service first", () => {
    const handlers = memberHandlers({
      caPem: "CA",
      control: pair,
      node: { ...pair, configuration: "Y" },
      plugin: pair,
      users: {},
    });
    expect(handlers.map(({ name, paths }) => [name, paths?.map((path) => path.replace("/etc/flocker/", ""))])).toEqual([
      ["restart flocker-control", ["cluster.crt", "control-service.crt", "control-service.key"]],
      ["restart flocker-dataset-agent", ["cluster.crt", "node.crt", "node.key", "agent.yml"]],
      ["restart flocker-container-agent", ["cluster.crt", "node.crt", "node.key", "agent.yml"]],
      ["restart flocker-docker-plugin", ["cluster.crt", "plugin.crt", "plugin.key", "agent.yml"]],
    ]);
  });
});
