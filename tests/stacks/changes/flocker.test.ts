import { flockerSettings } from "../../../stacks/flocker-environment";
import type { Tree } from "../tree";
import { type FieldChange, certified, fieldChangeTests, hostsCalled, pair, updates } from "./support";

const UUID = "8eab4b8d-c0a2-4ce2-80aa-0709277a9a7a";
const ENVIRONMENT: Tree = {
  hosts: hostsCalled("control1", "control2", "node1", "node2", "ci1"),
  operators: {},
  flocker: {
    cluster: { name: "storage" },
    // Quick to make.
    keyAlgorithm: "ECDSA-P256",
    control: { host: "control1" },
    nodes: [{ host: "control1" }, { host: "node1", dockerPlugin: true }],
    agent: { dataset: { backend: "aws", zone: "a" }, datasetSecrets: { secret_access_key: "awsSecretKey" } },
    users: [{ name: "ci", host: "ci1" }, { name: "alice" }],
    administrator: { directory: "/srv/administrator/flocker" },
  },
};
const NODES = ["flocker-control1", "flocker-node1"];
const HOSTS = [...NODES, "flocker-ci1"];
const ADMINISTRATOR = "flocker-administrator";
const CONTROL = "flocker-control1-control";
const PAIRS = [
  ...["control", "node"].map((role) => `flocker-control1-${role}`),
  ...["node", "plugin"].map((role) => `flocker-node1-${role}`),
  ...["flocker-ci1-user-ci", `${ADMINISTRATOR}-user-alice`],
];
const EVERYTHING = updates(...HOSTS, ADMINISTRATOR);
const SIGNED = PAIRS.map((name) => `replace ${name}-certificate`);

const CHANGES: readonly FieldChange[] = [
  ["cluster.name", "other", ["replace flocker-ca-certificate", ...SIGNED, ...EVERYTHING]],
  // The cluster is another one, with the same keys.
  [
    "cluster.uuid",
    UUID,
    [...["delete flocker-uuid", "replace flocker-ca-certificate"], ...PAIRS.flatMap(certified), ...EVERYTHING],
  ],
  [
    "keyAlgorithm",
    "ECDSA-P384",
    [
      ...["replace flocker-ca-key", "replace flocker-ca-certificate"],
      ...PAIRS.flatMap((name) => [`replace ${name}-key`, ...certified(name)]),
      ...EVERYTHING,
    ],
  ],
  // The old one's host stays a node.
  [
    "control.host",
    "control2",
    [
      ...pair("create", "flocker-control2-control"),
      ...["create flocker-control2", ...updates(...NODES), ...pair("delete", CONTROL)],
    ],
  ],
  ["control.hostname", "c.example.net", [...certified(CONTROL), ...updates(...NODES)]],
  ["control.names", ["c.internal"], [...certified(CONTROL), ...updates("flocker-control1")]],

  [
    "nodes",
    [{ host: "control1" }, { host: "node1", dockerPlugin: true }, { host: "node2" }],
    ["create flocker-node2-uuid", ...pair("create", "flocker-node2-node"), "create flocker-node2"],
  ],
  [
    "nodes",
    [{ host: "node1", dockerPlugin: true }],
    ["delete flocker-control1-uuid", ...pair("delete", "flocker-control1-node"), ...updates("flocker-control1")],
  ],
  ["nodes.0.dockerPlugin", true, [...pair("create", "flocker-control1-plugin"), ...updates("flocker-control1")]],
  ["nodes.1.dockerPlugin", false, [...pair("delete", "flocker-node1-plugin"), ...updates("flocker-node1")]],
  [
    "nodes.1.uuid",
    UUID,
    ["delete flocker-node1-uuid", ...certified("flocker-node1-node"), ...updates("flocker-node1")],
  ],

  ["agent.port", 5524, updates(...NODES)],
  ["agent.dataset.backend", "openstack", updates(...NODES)],
  ["agent.dataset.zone", "b", updates(...NODES)],
  ["agent.datasetSecrets.secret_access_key", "otherKey", updates(...NODES)],
  ["agent.logging", { version: 1 }, updates(...NODES)],

  [
    "users",
    [{ name: "ci", host: "ci1" }],
    [...pair("delete", `${ADMINISTRATOR}-user-alice`), ...updates(ADMINISTRATOR)],
  ],
  ["users", [{ name: "alice" }], [...pair("delete", "flocker-ci1-user-ci"), "delete flocker-ci1"]],
  [
    "users.1.name",
    "bob",
    [
      ...pair("create", `${ADMINISTRATOR}-user-bob`),
      ...pair("delete", `${ADMINISTRATOR}-user-alice`),
      ...updates(ADMINISTRATOR),
    ],
  ],
  [
    "users.0.host",
    "node1",
    [
      ...[...pair("create", "flocker-node1-user-ci"), ...updates("flocker-node1")],
      ...[...pair("delete", "flocker-ci1-user-ci"), "delete flocker-ci1"],
    ],
  ],
  ["administrator.directory", "/srv/administrator/others", updates(ADMINISTRATOR)],
];

fieldChangeTests({ key: "flocker", schema: flockerSettings, environment: ENVIRONMENT }, CHANGES);
