import { certificates } from "../../../stacks/certificates";
import { host } from "../../../stacks/environment";
import { operators } from "../../../stacks/operators";
import type { Tree } from "../tree";
import { certified, fieldChangeTests, hostsCalled, updates } from "./support";

const MMM: Tree = {
  hosts: hostsCalled("mon1", "db1"),
  operators: {},
  mmm: { series: 1, monitor: { host: "mon1" }, agents: [{ host: "db1" }] },
};
const MIG: Tree = {
  hosts: hostsCalled("relay1", "db1", "app1"),
  operators: { broker: { endpoint: "https://relay.example.net:15671" } },
  mig: {
    relay: { hosts: ["relay1"] },
    database: { host: "db1" },
    scheduler: { hosts: ["app1"] },
    api: { host: "app1", publicUrl: "https://mig.example.net" },
    agents: { hosts: [] },
  },
};
const BOTH = ["mmm-mon1", "mmm-db1"];
const SIGNED = BOTH.map((name) => `replace ${name}-certificate`);

/** Its name is in other places too; what becomes of one that it had before is tried in the renames' tests. */
const ELSEWHERE = ["name", "formerly"];

fieldChangeTests({ key: "hosts.0", schema: host, environment: MMM, elsewhere: ELSEWHERE }, [
  ["address", "10.0.0.9", [...certified("mmm-mon1"), ...updates("mmm-mon1")]],
  ["fqdn", "mon1.example.net", [...certified("mmm-mon1"), ...updates("mmm-mon1")]],
  ["port", 2222, updates("mmm-mon1")],
  ["user", "ops", updates("mmm-mon1")],
  ["hostKey", `ssh-ed25519 ${"B".repeat(68)}`, updates("mmm-mon1")],
]);

fieldChangeTests({ key: "certificates", schema: certificates, environment: MMM }, [
  ["organization", "Other", ["replace mmm-ca-certificate", ...BOTH.flatMap(certified), ...updates(...BOTH)]],
  [
    "keyAlgorithm",
    "ECDSA-P384",
    [
      ...["replace mmm-ca-key", "replace mmm-ca-certificate"],
      ...BOTH.flatMap((name) => [`replace ${name}-key`, ...certified(name)]),
      ...updates(...BOTH),
    ],
  ],
  ["authorityLifetime", "9y", ["replace mmm-ca-certificate", ...SIGNED, ...updates(...BOTH)]],
  ["lifetime", "60d", [...SIGNED, ...updates(...BOTH)]],
  // Nothing is placed: when to look again is in the state alone.
  ["renewBefore", "20d", updates(...BOTH.map((name) => `${name}-certificate`))],
]);

/** Providers are told how servers are reached, and what is there stays as it is. */
fieldChangeTests({ key: "operators", schema: operators, environment: MIG }, [
  ["ssh.user", "ops", []],
  ["ssh.privateKey", "otherKey", []],
  ["broker.endpoint", "https://other.example.net:15671", []],
  [
    "broker.username",
    "ops",
    [...["update mig-relay-operator", "create mig-relay-permissions-ops", "delete mig-relay-permissions-admin"]],
  ],
  ["broker.password", "otherPassword", []],
  ["broker.cacertFile", "/etc/ssl/certs/ca.pem", []],
  ["database.host", "10.0.0.2", []],
  ["database.username", "ops", []],
  ["database.password", "otherPassword", []],
  ["database.sslmode", "verify-ca", []],
  ["database.sslrootcert", "/etc/ssl/certs/ca.pem", []],
  ["database.superuser", false, []],
]);
