import { icinga2Settings } from "../../../stacks/icinga2-environment";
import type { Tree } from "../tree";
import { type FieldChange, certified, fieldChangeTests, hostsCalled, pair, updates } from "./support";

const ENVIRONMENT: Tree = {
  hosts: hostsCalled("master1", "master2", "sat1", "sat2", "agent1", "agent2", "db1", "db2"),
  operators: {},
  icinga2: {
    zones: [
      { name: "master", endpoints: [{ host: "master1" }, { host: "master2" }] },
      { name: "europe", parent: "master", endpoints: [{ host: "sat1" }] },
    ],
    agents: [{ parent: "europe", hosts: ["agent1"], certificate: "ticket" }],
    // Quick to make.
    certificates: { authorityKeyAlgorithm: "RSA-2048", keyAlgorithm: "ECDSA-P256" },
    ido: { host: "db1", reader: "icingaweb" },
  },
};

const MASTERS = ["icinga2-master1", "icinga2-master2"];
const PLACED = [...MASTERS, "icinga2-sat1"];
const ALL = [...PLACED, "icinga2-agent1"];
const IDO = "icinga2-ido-db1";
/** The masters' copies of whom the database's certificate is from. */
const TRUST = ["icinga2-ido-trust-master1", "icinga2-ido-trust-master2"];
const BOOTSTRAP = ["key", "certificate"].map((part) => `bootstrap-${part}`);
const NEW_AGENT = [
  ...BOOTSTRAP.map((part) => `create icinga2-agent2-${part}`),
  "create icinga2-agent2",
  "create icinga2-agent2-ticket",
];
const OLD_AGENT = [
  ...BOOTSTRAP.map((part) => `delete icinga2-agent1-${part}`),
  "delete icinga2-agent1",
  "delete icinga2-agent1-ticket",
];
/** Every node has a zone and endpoint of its neighbours. */
const NEIGHBOURS = updates("icinga2-sat1", ...MASTERS);
const SIGNED = [...PLACED, IDO].map((name) => `replace ${name}-certificate`);

const CHANGES: readonly FieldChange[] = [
  ["zones.0.checker", false, updates(...MASTERS)],
  ["zones.0.notification", false, updates(...MASTERS)],
  [
    "zones.1.endpoints",
    [{ host: "sat1" }, { host: "sat2" }],
    [...pair("create", "icinga2-sat2"), "create icinga2-sat2", ...updates(...ALL)],
  ],
  // It is renamed where it is.
  ["zones.1.endpoints.0.name", "s1.example.net", [...certified("icinga2-sat1"), ...updates(...ALL)]],
  [
    "zones.1.endpoints.0.dial",
    "s1.example.net",
    [...certified("icinga2-sat1"), ...updates("icinga2-sat1", "icinga2-agent1")],
  ],
  [
    "zones.1.endpoints.0.names",
    ["sat1", "10.0.0.3", "x.example.net"],
    [...certified("icinga2-sat1"), ...updates("icinga2-sat1")],
  ],
  ["zones.1.endpoints.0.port", 5666, updates("icinga2-sat1", "icinga2-agent1")],
  [
    "zones.1.endpoints.0.certificate",
    "authority",
    [
      ...BOOTSTRAP.map((part) => `create icinga2-sat1-${part}`),
      ...pair("delete", "icinga2-sat1"),
      ...updates("icinga2-sat1", ...MASTERS),
    ],
  ],
  ["zones.1.endpoints.0.connection", "both", updates(...MASTERS)],
  ["agents", [], [...OLD_AGENT, ...NEIGHBOURS]],
  ["agents.0.parent", "master", [...NEIGHBOURS, ...updates("icinga2-agent1")]],
  ["agents.0.hosts", ["agent1", "agent2"], [...NEW_AGENT, ...NEIGHBOURS]],
  ["agents.0.hosts", ["agent2"], [...NEW_AGENT, ...OLD_AGENT, ...NEIGHBOURS]],
  ["agents.0.checker", false, updates("icinga2-agent1")],
  ["agents.0.port", 5666, updates("icinga2-agent1")],
  [
    "agents.0.certificate",
    "placed",
    [
      ...pair("create", "icinga2-agent1"),
      ...[...BOOTSTRAP, "ticket"].map((part) => `delete icinga2-agent1-${part}`),
      ...updates("icinga2-agent1"),
    ],
  ],
  ["agents.0.connection", "both", updates("icinga2-sat1")],
  ["globalZones", ["global-templates"], updates(...ALL)],
  // The other master gets the authority's key, and the database's schema is made from there.
  ["signingMaster", "master2", [...updates(IDO, ...MASTERS), "replace icinga2-ido-schema"]],

  [
    "certificates.authorityKeyAlgorithm",
    "RSA-4096",
    ["replace icinga2-ca-key", "replace icinga2-ca-certificate", ...SIGNED, ...updates(...ALL, IDO, ...TRUST)],
  ],
  [
    "certificates.keyAlgorithm",
    "ECDSA-P384",
    [
      ...[...PLACED, IDO].flatMap((name) => [`replace ${name}-key`, `replace ${name}-request`]),
      ...SIGNED,
      ...BOOTSTRAP.map((part) => `replace icinga2-agent1-${part}`),
      ...updates(...ALL, IDO, "icinga2-agent1-ticket"),
    ],
  ],
  [
    "certificates.authorityLifetime",
    "14y",
    [
      ...["replace icinga2-ca-certificate", ...SIGNED, "replace icinga2-agent1-bootstrap-certificate"],
      ...updates(...ALL, IDO, "icinga2-agent1-ticket", ...TRUST),
    ],
  ],
  ["certificates.lifetime", "300d", [...SIGNED, ...updates(...PLACED, IDO)]],
  // Nothing is placed: when to look again is in the state alone.
  ["certificates.renewBefore", "61d", updates(...[...PLACED, IDO].map((name) => `${name}-certificate`))],

  ["bind", "address", updates(...ALL)],
  ["pluginDirectory", "/opt/plugins", updates(...ALL)],
  ["account.user", "icinga", updates(...ALL, "icinga2-agent1-ticket", ...TRUST)],
  ["account.group", "icinga", updates(...ALL, "icinga2-agent1-ticket", ...TRUST)],
  ["unit", "icinga2@other", updates(...ALL)],

  [
    "ido.host",
    "db2",
    [
      ...pair("create", "icinga2-ido-db2"),
      "create icinga2-ido-db2",
      ...updates("icinga2-ido-schema", ...MASTERS),
      `delete ${IDO}`,
      ...pair("delete", IDO),
    ],
  ],
  ["ido.port", 5433, updates("icinga2-ido-schema", ...MASTERS)],
  ["ido.endpoint", "pg.example.net", [...certified(IDO), ...updates(IDO, "icinga2-ido-schema", ...MASTERS)]],
  ["ido.directory", "/etc/postgresql/16/main", updates(IDO)],
  ["ido.unit", "postgresql@16-main", updates(IDO)],
  ["ido.bind", "all", updates(IDO)],
  [
    "ido.database",
    "other",
    [
      "replace icinga2-ido-database",
      ...updates(
        IDO,
        "icinga2-ido-schema",
        "icinga2-ido-icingaweb-table-select",
        "icinga2-ido-icingaweb-future-tables",
      ),
      ...updates(...MASTERS),
    ],
  ],
  [
    "ido.user",
    "other",
    [
      ...["create icinga2-ido-other-password", "create icinga2-ido-role-other"],
      ...updates(IDO, "icinga2-ido-database", "icinga2-ido-schema", "icinga2-ido-icingaweb-future-tables", ...MASTERS),
      ...["delete icinga2-ido-icinga2-password", "delete icinga2-ido-role-icinga2"],
    ],
  ],
  [
    "ido.reader",
    "web2",
    [
      ...["create", "delete"].flatMap((op) => {
        const role = op === "create" ? "web2" : "icingaweb";
        return [`${role}-password`, `role-${role}`, `${role}-table-select`, `${role}-future-tables`].map(
          (name) => `${op} icinga2-ido-${name}`,
        );
      }),
      ...updates(IDO),
    ],
  ],
  ["ido.schemaFile", "/srv/schema.sql", updates("icinga2-ido-schema")],
  ["ido.clients", ["10.9.0.0/16"], updates(IDO)],
  ["ido.sslmode", "require", updates("icinga2-ido-schema", ...MASTERS)],
  ["ido.failoverTimeout", "90s", updates(...MASTERS)],
];

/** Judged elsewhere: keys of the configuration that have to be set with them; names of zones that others refer to. */
const ELSEWHERE = ["authority", "ido.password", "ido.schema"];

fieldChangeTests({ key: "icinga2", schema: icinga2Settings, environment: ENVIRONMENT, elsewhere: ELSEWHERE }, CHANGES);
