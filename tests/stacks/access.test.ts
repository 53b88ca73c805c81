import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";

import { PathClaims } from "../../components/hosts";
import { labAccess, operatorAccess } from "../../stacks/access";
import { type Environment, parseEnvironment } from "../../stacks/environment";
import { readLabFile } from "../../stacks/lab-file";
import { migArgs } from "../../stacks/mig-args";
import { scopeOf } from "../../stacks/scope";

const KEY = `ssh-ed25519 ${"A".repeat(68)}`;
const HOSTS = ["relay1", "db1", "api1", "agent1"].map((name, index) => ({ name, address: `127.99.0.${index + 1}` }));

const LAB = {
  ssh: { user: "root", privateKey: "PRIVATE" },
  hosts: Object.fromEntries(HOSTS.map(({ name, address }) => [name, { address, port: 2222, hostKey: KEY }])),
  broker: { endpoint: "http://127.99.0.1:15672", username: "admin", password: "b", host: "relay1" },
  database: { host: "127.99.0.2", port: 5432, username: "postgres", password: "d", version: "17" },
};

function environment(change: object): Environment {
  const parsed = parseEnvironment({
    hosts: HOSTS,
    mig: {
      relay: { hosts: ["relay1"] },
      database: { host: "db1" },
      scheduler: { hosts: ["api1"] },
      api: { host: "api1", publicUrl: "https://mig.example.net" },
      agents: { hosts: ["agent1"] },
    },
    ...change,
  });
  if (parsed.kind === "invalid") throw new Error(JSON.stringify(parsed.problems));
  return parsed.environment;
}

const inLab = () => environment({ lab: "lab.json" });
const onHosts = () =>
  environment({
    hosts: HOSTS.map((host) => ({ ...host, hostKey: KEY })),
    operators: { broker: { endpoint: "https://relay1:15671" } },
  });

const configuration = { secret: (key: string) => pulumi.secret(key), plain: () => undefined };
const secret = (text: string) => pulumi.secret(text);

describe("access to a lab", () => {
  it("takes ports and host keys from it", () => {
    const resolved = labAccess(inLab(), LAB, secret);
    if (resolved.kind === "invalid") throw new Error(JSON.stringify(resolved.problems));
    expect(resolved.access.hosts[0]).toMatchObject({ name: "relay1", port: 2222, hostKey: KEY });
    expect(resolved.access).toMatchObject({ serviceManager: "lab", database: { sslmode: "disable" } });
  });

  it("is refused when host or address are not the lab's", () => {
    const moved = { ...LAB.hosts, relay1: { address: "127.99.0.9", port: 2222, hostKey: KEY } };
    const hosts = Object.fromEntries(Object.entries(moved).filter(([name]) => name !== "agent1"));
    const resolved = labAccess(inLab(), { ...LAB, hosts }, secret);
    expect(resolved.kind === "invalid" ? resolved.problems : []).toEqual([
      { path: ["hosts", 0, "address"], reason: "the lab's relay1 has 127.99.0.9" },
      { path: ["hosts", 3, "name"], reason: "the lab has no host agent1; it has relay1, db1, api1" },
    ]);
  });

  it("finds PostgreSQL's configuration by the lab's version", () => {
    const valid = inLab();
    const resolved = labAccess(valid, LAB, secret);
    if (resolved.kind === "invalid") throw new Error("refused");
    if (valid.mig === undefined) throw new Error("no MIG");
    const scope = scopeOf(
      "test",
      valid,
      resolved.access,
      new PathClaims(),
      configuration,
      new Map(),
      LAB.database.version,
    );
    const args = migArgs(valid.mig, scope);
    expect(args.database.directory).toBe("/etc/postgresql/17/main");
    expect(args.relay).toMatchObject({
      operator: "admin",
      mirrored: ["mig"],
      erlangCookie: false,
      redirect: undefined,
    });
    expect(args.agents.heartbeat).toBe(args.scheduler.heartbeat);
  });
});

describe("access by operators", () => {
  it("takes what the environment names from secret configuration", () => {
    const resolved = operatorAccess(onHosts(), (key) => pulumi.secret(`value of ${key}`));
    if (resolved.kind === "invalid") throw new Error(JSON.stringify(resolved.problems));
    expect(resolved.access).toMatchObject({
      serviceManager: "systemd",
      broker: { endpoint: "https://relay1:15671", username: "admin" },
      database: { host: "127.99.0.2", sslmode: "require" },
    });
  });

  it("takes host keys from the file that the environment names, and tells of hosts that are not in it", () => {
    const operators = { broker: { endpoint: "https://relay1:15671" } };
    const [, ...others] = HOSTS;
    const keys = new Map(others.map(({ address }) => [address, KEY]));
    const resolved = operatorAccess(environment({ hostKeys: "prod.hosts", operators }), () => pulumi.secret("x"), keys);
    expect(resolved.kind === "invalid" ? resolved.problems : []).toEqual([
      {
        path: ["hosts", 0, "hostKey"],
        reason: `of ${HOSTS[0]?.name} is neither here nor in prod.hosts: ssh-keyscan -t ed25519 ${HOSTS[0]?.address} prints it`,
      },
    ]);
    const all = new Map(HOSTS.map(({ address }) => [address, KEY]));
    const found = operatorAccess(environment({ hostKeys: "prod.hosts", operators }), () => pulumi.secret("x"), all);
    expect(found.kind === "valid" ? found.access.hosts.map(({ hostKey }) => hostKey) : []).toEqual(
      HOSTS.map(() => KEY),
    );
  });

  it("names the keys that are not set, and how to set them", () => {
    const resolved = operatorAccess(onHosts(), (key) => (key === "sshPrivateKey" ? pulumi.secret("x") : undefined));
    expect(resolved.kind === "invalid" ? resolved.problems : []).toEqual([
      {
        path: ["operators", "broker", "password"],
        reason: "is not set: groundwork config set --secret brokerAdminPassword",
      },
      {
        path: ["operators", "database", "password"],
        reason: "is not set: groundwork config set --secret databaseAdminPassword",
      },
    ]);
  });
});

describe("the lab's file", () => {
  const directory = mkdtempSync(join(tmpdir(), "groundwork-lab-file-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  function file(content: string): string {
    const path = join(directory, "lab.json");
    writeFileSync(path, content);
    return path;
  }

  it("is read with more in it than a stack needs", () => {
    expect(readLabFile(file(JSON.stringify({ ...LAB, subnet: "127.99.0" })))).toMatchObject({ ssh: LAB.ssh });
  });

  it("says what to run when it is not there", () => {
    expect(() => readLabFile(join(directory, "none.json"))).toThrow("does not exist: bring the lab up with npm start");
  });

  it("says where it differs, without its values", () => {
    expect(() => readLabFile(file(JSON.stringify({ ...LAB, ssh: { privateKey: "PRIVATE" } })))).toThrow(
      /^(?!.*PRIVATE).*of another version \(ssh\.user\)/,
    );
    expect(() => readLabFile(file("{"))).toThrow("cannot be read");
  });
});
