import { mmmSettings } from "../../../stacks/mmm-environment";
import type { Tree } from "../tree";
import { type FieldChange, certified, fieldChangeTests, hostsCalled, pair, updates } from "./support";

const ENVIRONMENT: Tree = {
  hosts: hostsCalled("mon1", "mon2", "db1", "db2", "db3", "ops1"),
  operators: {},
  mmm: {
    series: 1,
    monitor: { host: "mon1", configuration: "mode active\n" },
    agents: [{ host: "db1" }, { host: "db2", names: ["192.168.0.32"] }],
    controls: [{ host: "ops1" }],
    units: { agent: "mmm_agent", monitor: "mmm_mon" },
  },
};
const ALL = ["mmm-mon1", "mmm-db1", "mmm-db2", "mmm-ops1"];
const added = (name: string) => [...pair("create", name), `create ${name}`];
const removed = (name: string) => [...pair("delete", name), `delete ${name}`];
const named = (name: string) => [...certified(name), ...updates(name)];

const CHANGES: readonly FieldChange[] = [
  ["series", 2, updates(...ALL)],
  ["base", "/opt/mmm", updates(...ALL)],
  ["configurationDirectory", "/etc/mmm", updates(...ALL)],
  ["verifyMode", 0, updates(...ALL)],
  ["monitor.host", "mon2", [...added("mmm-mon2"), ...removed("mmm-mon1")]],
  // A host has one pair, whatever runs there.
  ["monitor.host", "db1", [...updates("mmm-db1"), ...removed("mmm-mon1")]],
  ["monitor.names", ["192.168.0.9"], named("mmm-mon1")],
  ["monitor.configuration", "mode passive\n", updates("mmm-mon1")],
  ["agents", [{ host: "db1" }], removed("mmm-db2")],
  ["agents", [{ host: "db1" }, { host: "db2", names: ["192.168.0.32"] }, { host: "db3" }], added("mmm-db3")],
  ["agents.0.host", "db3", [...added("mmm-db3"), ...removed("mmm-db1")]],
  ["agents.1.names", [], named("mmm-db2")],
  ["agents.0.configuration", "this db1\n", updates("mmm-db1")],
  ["controls", [], removed("mmm-ops1")],
  ["controls.0.names", ["ops.example.net"], named("mmm-ops1")],
  ["controls.0.configuration", "mode active\n", updates("mmm-ops1")],
  ["controls.0.caFile", false, updates("mmm-ops1")],
  ["units.agent", "mmm-agent@a", updates("mmm-db1", "mmm-db2")],
  ["units.monitor", "mmm-mon@a", updates("mmm-mon1")],
];

/** An authority from outside needs keys of the configuration. */
const ELSEWHERE = ["authority"];

fieldChangeTests({ key: "mmm", schema: mmmSettings, environment: ENVIRONMENT, elsewhere: ELSEWHERE }, CHANGES);
