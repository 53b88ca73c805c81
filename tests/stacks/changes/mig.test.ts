import { AGENT_BUILD, PUBLIC_KEY } from "../../support/agent-build";
import { migSettings } from "../../../stacks/mig-environment";
import type { Tree } from "../tree";
import { type FieldChange, certified, fieldChangeTests, hostsCalled, pair, updates } from "./support";

const MIG = {
  relay: { hosts: ["relay1"], endpoint: "relay.example.net", redirect443: true },
  database: { host: "db1", clients: ["10.9.0.0/16"] },
  scheduler: { hosts: ["app1"], whitelist: ["linux.agent1.x1"] },
  api: { host: "app1", publicUrl: "https://mig.example.net" },
  workers: [{ host: "app1", name: "agent-intel" }],
  agents: { hosts: ["agent1", "agent2"] },
  agentBuild: {
    directory: "/srv/administrator/agents",
    ...AGENT_BUILD,
  },
};
const ENVIRONMENT: Tree = {
  hosts: hostsCalled("relay1", "relay2", "db1", "db2", "app1", "app2", "agent1", "agent2", "agent3"),
  operators: { broker: { endpoint: "https://relay.example.net:15671" } },
  mig: MIG,
};
const SCHEDULER = "mig-scheduler-app1";
const WORKER = "mig-worker-agent-intel";
const AGENTS = ["mig-agent-agent1", "mig-agent-agent2"];
const BUILD = "mig-agent-build";
const EVERY_DAEMON = updates(SCHEDULER, "mig-api", WORKER, ...AGENTS, BUILD);
/** What agents have in a file, and what is compiled in. */
const EVERY_AGENT = updates(...AGENTS, BUILD);
/** What runs as MIG's account. */
const ACCOUNT = updates(SCHEDULER, "mig-api", WORKER);

const CHANGES: readonly FieldChange[] = [
  [
    "relay.hosts",
    ["relay1", "relay2"],
    [
      "create mig-relay-cookie",
      ...pair("create", "mig-relay-relay2"),
      ...["relay1-member", "relay2", "relay2-member", "forget"].map((name) => `create mig-relay-${name}`),
      // The redirect's files, and the rule itself.
      ...["create mig-relay-relay2-redirect", "create mig-relay-relay2-redirect"],
      ...updates("mig-relay-relay1"),
    ],
  ],
  ["relay.generation", 4, ["update mig-relay-vhost", "delete mig-relay-policy-mig-mirror-all"]],
  ["relay.bind", "address", updates("mig-relay-relay1")],
  [
    "relay.endpoint",
    "other.example.net",
    [...certified("mig-relay-relay1"), ...updates("mig-relay-relay1", SCHEDULER, WORKER, ...AGENTS, BUILD)],
  ],
  // Nodes of a cluster alone call one another.
  ["relay.nodeName", "mq@{name}", []],
  ["relay.mirrored", ["mig", "migevent"], ["create mig-relay-policy-migevent-mirror-all"]],
  ["relay.erlangCookie", true, ["create mig-relay-cookie", "update mig-relay-relay1"]],
  ["relay.redirect443", { interface: "eth0" }, updates("mig-relay-relay1-redirect", "mig-relay-relay1-redirect")],
  ["relay.maxFiles", 2048, updates("mig-relay-relay1")],

  [
    "database.host",
    "db2",
    [
      ...pair("create", "mig-database-db2"),
      "create mig-database-db2",
      ...["replace mig-database-schema", "replace mig-database-schema"],
      ...updates("mig-api", SCHEDULER),
      "delete mig-database-db1",
      ...pair("delete", "mig-database-db1"),
    ],
  ],
  ["database.port", 5433, updates("mig-database-schema", "mig-api", SCHEDULER)],
  ["database.directory", "/etc/postgresql/16/main", updates("mig-database-db1", "mig-database-schema")],
  ["database.unit", "postgresql@16-main", updates("mig-database-db1")],
  ["database.bind", "all", updates("mig-database-db1")],
  [
    "database.schema",
    "external",
    ["schema", "schema", "database", "role-migadmin"].map((name) => `delete mig-database-${name}`),
  ],
  ["database.clients", [], updates("mig-database-db1")],
  ["database.sslmode", "require", updates("mig-api", SCHEDULER)],

  [
    "scheduler.hosts",
    ["app1", "app2"],
    [...pair("create", "mig-scheduler-app2"), "create mig-scheduler-app2", ...updates("mig-database-db1")],
  ],
  ["scheduler.whitelist", [], updates(SCHEDULER)],
  ["scheduler.agentTimeout", "30m", updates(SCHEDULER)],
  ["scheduler.heartbeat", "1m", [...updates(SCHEDULER), ...EVERY_AGENT]],
  ["scheduler.detectMultiAgents", false, updates(SCHEDULER)],
  ["scheduler.killDuplicateAgents", true, updates(SCHEDULER)],
  ["scheduler.collectorInterval", "10s", updates(SCHEDULER)],
  ["scheduler.periodicInterval", "10s", updates(SCHEDULER)],
  ["scheduler.deleteAfter", "10h", updates(SCHEDULER)],
  ["scheduler.queuesCleanupInterval", "1h", updates(SCHEDULER)],
  ["scheduler.brokerTimeout", "20m", updates(SCHEDULER, WORKER)],
  ["scheduler.maxConnections", 20, updates(SCHEDULER)],

  ["api.host", "app2", ["replace mig-api", "update mig-database-db1"]],
  ["api.ip", "127.0.0.2", updates("mig-api")],
  ["api.port", 12_346, updates("mig-api")],
  ["api.publicUrl", "https://other.example.net", [...updates("mig-api"), ...EVERY_AGENT]],
  ["api.baseRoute", "/api/v2", [...updates("mig-api"), ...EVERY_AGENT]],
  ["api.authentication", true, updates("mig-api")],
  ["api.tokenDuration", "1m", updates("mig-api")],

  ["workers", [], [`delete ${WORKER}`, ...pair("delete", WORKER)]],

  [
    "agents.hosts",
    ["agent1", "agent3"],
    [
      ...pair("create", "mig-agent-agent3"),
      ...["create mig-agent-agent3", "delete mig-agent-agent2"],
      ...pair("delete", "mig-agent-agent2"),
    ],
  ],
  ["agents.certificate", "shared", [...updates(...AGENTS), ...AGENTS.flatMap((name) => pair("delete", name))]],
  ["agents.moduleTimeout", "1s", EVERY_AGENT],
  ["agents.socket", "", EVERY_AGENT],
  ["agents.immortal", false, EVERY_AGENT],
  ["agents.installService", false, EVERY_AGENT],
  ["agents.discoverPublicIp", true, EVERY_AGENT],
  ["agents.checkIn", true, EVERY_AGENT],
  ["agents.exceptions", { agent1: { immortal: false } }, updates("mig-agent-agent1")],

  ["agentBuild.directory", "/srv/administrator/others", updates(BUILD)],
  ["agentBuild.publicKeys", [PUBLIC_KEY, PUBLIC_KEY], updates(BUILD)],
  ["agentBuild.accessControl.default.minimumweight", 2, updates(BUILD)],
  ["agentBuild.accessControl.default.investigators.Bob.fingerprint", "B".repeat(40), updates(BUILD)],
  ["agentBuild.accessControl.default.investigators.Bob.weight", 3, updates(BUILD)],
  ["agentBuild.proxies", ["proxy.example.net:3128"], updates(BUILD)],
  ["agentBuild.schedulerFingerprint", "B".repeat(40), updates(BUILD)],

  ["logging.mode", "stdout", EVERY_DAEMON],
  ["logging.level", "debug", EVERY_DAEMON],
  ["logging.file", "/var/log/mig.log", EVERY_DAEMON],
  ["logging.host", "log.example.net", EVERY_DAEMON],
  ["logging.port", 1514, EVERY_DAEMON],
  ["logging.protocol", "tcp", EVERY_DAEMON],
  ["logging.facility", "local3", EVERY_DAEMON],
  ["account.user", "other", ACCOUNT],
  ["account.group", "other", ACCOUNT],
];

/** Judged elsewhere: an authority from outside needs keys in the configuration, and `host` with `path` stand for a folder. */
const ELSEWHERE = ["authority", "agentBuild.host", "agentBuild.path"];

fieldChangeTests({ key: "mig", schema: migSettings, environment: ENVIRONMENT, elsewhere: ELSEWHERE }, CHANGES);
