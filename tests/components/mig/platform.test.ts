import * as pulumi from "@pulumi/pulumi";

import { holdsName } from "../../../components/pki";
import { Mig, type MigArgs } from "../../../components/platforms/mig";
import { AGENT_BUILD } from "../../support/agent-build";
import { type Declared, Recorder } from "../recorder";
import { migArgs } from "./environment";

interface PlacedFile {
  readonly path: string;
  readonly content: string;
  readonly owner: string;
  readonly group: string;
  readonly mode: string;
  readonly kind: string;
}

const BUILD = { ...AGENT_BUILD, proxies: [] };

const FILE_SET = "hosts:index:FileSet";

async function declare(change: Partial<MigArgs> = {}): Promise<Recorder> {
  const recorder = new Recorder();
  await recorder.run(() => new Mig("mig", migArgs(change)));
  return recorder;
}

function filesOf({ inputs }: Declared): readonly PlacedFile[] {
  return inputs["files"] as readonly PlacedFile[];
}

function hostOf({ inputs }: Declared): string {
  return (inputs["host"] as { name: string }).name;
}

function placed(recorder: Recorder, host: string): ReadonlyMap<string, PlacedFile> {
  const files = recorder
    .ofType(FILE_SET)
    .filter((set) => hostOf(set) === host)
    .flatMap(filesOf);
  return new Map(files.map((file) => [file.path, file]));
}

/** Sections and their values, as gcfg reads them. */
function readGcfg(text: string | undefined): Record<string, Record<string, string>> {
  const sections: Record<string, Record<string, string>> = {};
  let section: Record<string, string> = {};
  for (const line of (text ?? "").split("\n")) {
    const header = /^\[(.+)\]$/.exec(line)?.[1];
    if (header !== undefined) section = sections[header] = {};
    const [, name, value] = /^ +(\S+) = "?(.*?)"?$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) section[name] = value;
  }
  return sections;
}

describe("the MIG platform", () => {
  let recorder: Recorder;
  beforeAll(async () => {
    recorder = await declare();
  });

  /** Every variable that the daemons of 2015 know: an unknown one ends them. */
  const KNOWN: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
    "/etc/mig/scheduler.cfg": {
      agent: ["timeout", "heartbeatfreq", "whitelist", "detectmultiagents", "killdupagents"],
      collector: ["freq"],
      periodic: ["freq", "deleteafter", "queuescleanupfreq"],
      directories: ["spool", "tmp"],
      postgres: ["host", "port", "dbname", "user", "password", "sslmode", "maxconn"],
      mq: ["host", "port", "user", "pass", "vhost", "usetls", "cacert", "tlscert", "tlskey", "timeout"],
      logging: ["mode", "level", "host", "port", "protocol"],
    },
    "/etc/mig/api.cfg": {
      authentication: ["enabled", "tokenduration"],
      server: ["ip", "port", "host", "baseroute"],
      postgres: ["host", "port", "dbname", "user", "password", "sslmode"],
      logging: ["mode", "level", "host", "port", "protocol"],
    },
    "/etc/mig/agent-intel-worker.cfg": {
      mq: ["host", "port", "user", "pass", "vhost", "usetls", "cacert", "tlscert", "tlskey", "timeout"],
      logging: ["mode", "level", "host", "port", "protocol"],
    },
    "/etc/mig/mig-agent.cfg": {
      agent: [
        ...["relay", "api", "socket", "heartbeatfreq", "moduletimeout", "isimmortal"],
        ...["installservice", "discoverpublicip", "checkin"],
      ],
      certs: ["ca", "cert", "key"],
      logging: ["mode", "level", "host", "port", "protocol"],
    },
  };

  it.each([
    ["api1", "/etc/mig/scheduler.cfg", "mig"],
    ["api1", "/etc/mig/api.cfg", "mig"],
    ["api1", "/etc/mig/agent-intel-worker.cfg", "mig"],
    ["agent1", "/etc/mig/mig-agent.cfg", "root"],
  ])("gives %s its %s with all and only known variables, for its account alone", (host, path, owner) => {
    const file = placed(recorder, host).get(path);
    expect(file).toMatchObject({ owner, group: owner, mode: "0600", kind: "whole" });
    const sections = readGcfg(file?.content);
    const names = Object.fromEntries(Object.entries(sections).map(([name, values]) => [name, Object.keys(values)]));
    expect(names).toEqual(KNOWN[path]);
  });

  it("writes into configuration the passwords that the accounts have", () => {
    const { mq, postgres } = readGcfg(placed(recorder, "api1").get("/etc/mig/scheduler.cfg")?.content);
    const user = recorder.named("rabbitmq:index/user:User", "mig-relay-user-scheduler");
    const role = recorder.named("postgresql:index/role:Role", "mig-database-role-migscheduler");
    expect(mq?.["pass"]).toBe(user.inputs["password"]);
    expect(postgres?.["password"]).toBe(role.inputs["password"]);
  });

  it("refers in configuration to files that it places on the same host", () => {
    for (const host of ["api1", "agent1", "agent2"]) {
      const files = placed(recorder, host);
      const named = [...files.values()]
        .filter(({ path }) => path.endsWith(".cfg"))
        .flatMap(({ content }) => [...content.matchAll(/"(\/[^"]+\.(?:pem|txt))"/g)].map(([, path]) => path ?? ""));
      expect(named.length).toBeGreaterThan(0);
      for (const path of named) expect(files.has(path)).toBe(true);
    }
  });

  it("makes certificates that hold every name that is dialled", () => {
    const scheduler = readGcfg(placed(recorder, "api1").get("/etc/mig/scheduler.cfg")?.content);
    const agent = readGcfg(placed(recorder, "agent1").get("/etc/mig/mig-agent.cfg")?.content);
    const relay = recorder.named("tls:index/certRequest:CertRequest", "mig-relay-relay1-request").inputs;
    const database = recorder.named("tls:index/certRequest:CertRequest", "mig-database-db1-request").inputs;
    const dialledRelay = [scheduler["mq"]?.["host"], new URL(agent["agent"]?.["relay"] ?? "").hostname];
    for (const name of dialledRelay) expect(holdsName(relay, name ?? "")).toBe(true);
    const guard = recorder.named("hosts:index:Guard", "mig-database-schema").inputs["environment"];
    const environment = guard as Record<string, string>;
    for (const name of [scheduler["postgres"]?.["host"], environment["PGHOST"]]) {
      expect(holdsName(database, name ?? "")).toBe(true);
    }
    expect(scheduler["postgres"]?.["host"]).toBe("db1.example.net");
  });

  it("signs for servers and clients apart", () => {
    const uses = recorder
      .ofType("tls:index/locallySignedCert:LocallySignedCert")
      .map(({ name, inputs }) => [
        name,
        (inputs["allowedUses"] as string[]).filter((use) => use.endsWith("_auth")).join(),
      ]);
    expect(Object.fromEntries(uses)).toEqual({
      "mig-relay-relay1-certificate": "server_auth",
      "mig-database-db1-certificate": "server_auth",
      "mig-scheduler-api1-certificate": "client_auth",
      "mig-worker-agent-intel-certificate": "client_auth",
      "mig-agent-agent1-certificate": "client_auth",
      "mig-agent-agent2-certificate": "client_auth",
    });
  });

  it("places the authority's key nowhere and every other key for its owner alone", () => {
    const files = recorder
      .ofType(FILE_SET)
      .flatMap((set) => filesOf(set).map((file) => ({ ...file, host: hostOf(set) })));
    expect(files.filter(({ content }) => content.includes("PRIVATE KEY of migcakey"))).toEqual([]);
    const keys = files.filter(({ content }) => content.includes("PRIVATE KEY"));
    expect(keys.map(({ host, path, owner, mode }) => [host, path, owner, mode].join(" ")).sort()).toEqual([
      "agent1 /etc/mig/agent/agent-amqps-key.pem root 0600",
      "agent2 /etc/mig/agent/agent-amqps-key.pem root 0600",
      "api1 /etc/mig/scheduler/scheduler-amqps-key.pem mig 0600",
      "api1 /etc/mig/worker-agent-intel/worker-agent-intel-amqps-key.pem mig 0600",
      "db1 /etc/postgresql/15/main/certs/server.key postgres 0600",
      "relay1 /etc/rabbitmq/certs/relay1.key rabbitmq 0600",
    ]);
  });

  it("lets nobody but the owner read a file with a password", () => {
    const files = recorder.ofType(FILE_SET).flatMap(filesOf);
    const open = files.filter(({ content, mode }) => content.includes("Password4") && mode !== "0600");
    expect(open.map(({ path }) => path)).toEqual([]);
  });

  it("declares guest's absence, the operator's tag and the vhost with its accounts", () => {
    expect(recorder.named("rabbitmq-accounts:index:AbsentUser", "mig-relay-guest").inputs).toEqual({ user: "guest" });
    expect(recorder.named("rabbitmq-accounts:index:UserTags", "mig-relay-operator").inputs).toEqual({
      user: "admin",
      tags: ["administrator"],
    });
    const permitted = recorder.ofType("rabbitmq:index/permissions:Permissions").map(({ inputs }) => inputs["user"]);
    expect(permitted).toEqual(expect.arrayContaining(["admin", "scheduler", "agent", "api", "worker"]));
    expect(recorder.ofType("rabbitmq:index/user:User")).toHaveLength(4);
    expect(recorder.named("rabbitmq:index/policy:Policy", "mig-relay-policy-mig-mirror-all").inputs["policy"]).toEqual({
      pattern: "^mig\\.",
      applyTo: "all",
      priority: 0,
      definition: { "ha-mode": "all" },
    });
  });

  it("makes the readers' role a membership of both others and no login", () => {
    const role = (name: string) => recorder.named("postgresql:index/role:Role", `mig-database-role-${name}`).inputs;
    expect(role("migreadonly")).toMatchObject({ login: false, superuser: false });
    expect(role("migapi")).toMatchObject({ login: true, roles: ["migreadonly"], createRole: false });
    expect(role("migscheduler")).toMatchObject({ login: true, roles: ["migreadonly"], createDatabase: false });
    expect(role("migadmin")["roles"]).toBeUndefined();
    expect(recorder.ofType("postgresql:index/grantRole:GrantRole")).toEqual([]);
  });

  it("knows the first scheduler by the name that it had when there could be one only", async () => {
    const aliases = new Map<string, unknown>();
    const note: pulumi.ResourceTransformation = ({ name, type, props, opts }) => {
      if (type === "groundwork:mig:Daemon") aliases.set(name, (opts as pulumi.ComponentResourceOptions).aliases);
      return { props, opts };
    };
    await new Recorder().run(() => new Mig("mig", migArgs(), { transformations: [note] }));
    expect(aliases.get("mig-scheduler-api1")).toEqual([{ name: "mig-scheduler" }]);
  });

  it("grants rights on later tables to the scheduler alone", () => {
    expect(recorder.ofType("postgresql:index/defaultPrivileges:DefaultPrivileges").map(({ inputs }) => inputs)).toEqual(
      [
        {
          database: "mig",
          schema: "public",
          role: "migscheduler",
          owner: "migadmin",
          objectType: "table",
          privileges: ["SELECT"],
        },
      ],
    );
  });

  it("shares /etc/mig among roles of one host by a set that is there for it", () => {
    const made = recorder
      .ofType(FILE_SET)
      .filter(({ inputs }) => (inputs["directories"] as { path: string }[]).some(({ path }) => path === "/etc/mig"));
    expect(made.map(({ name }) => name).sort()).toEqual(["mig-agent-agent1", "mig-agent-agent2", "mig-api1"]);
  });

  it("restarts a daemon for what it reads at its start, if it runs", () => {
    const { handlers } = recorder.named(FILE_SET, "mig-scheduler-api1").inputs as {
      handlers: readonly { name: string; command: string; paths: readonly string[] }[];
    };
    const restart = handlers.find(({ name }) => name === "restart");
    expect(restart?.command).toMatch(/^if systemctl is-active --quiet mig-scheduler .* restart mig-scheduler; fi$/);
    expect(restart?.paths).toEqual([
      "/etc/mig/scheduler.cfg",
      "/etc/mig/scheduler/cacert.pem",
      "/etc/mig/scheduler/scheduler-amqps.pem",
      "/etc/mig/scheduler/scheduler-amqps-key.pem",
    ]);
  });

  it("keeps the redirect and the cookie to those who ask for them", async () => {
    expect(recorder.ofType("hosts:index:Guard").map(({ name }) => name)).toEqual(["mig-database-schema"]);
    expect(placed(recorder, "relay1").has("/var/lib/rabbitmq/.erlang.cookie")).toBe(false);

    const { relay } = migArgs();
    const [first] = relay.hosts;
    const second = { ...first, name: "relay2", address: "10.0.0.14" };
    const cluster = await declare({ relay: { ...relay, hosts: [first, second], erlangCookie: true, redirect: {} } });
    expect(cluster.ofType("hosts:index:Guard").map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        ...["mig-relay-relay1-member", "mig-relay-relay2-member", "mig-relay-forget"],
        ...["mig-relay-relay1-redirect", "mig-relay-relay2-redirect"],
      ]),
    );
    const cookies = ["relay1", "relay2"].map((name) => placed(cluster, name).get("/var/lib/rabbitmq/.erlang.cookie"));
    expect(cookies[0]).toMatchObject({ mode: "0400", owner: "rabbitmq" });
    expect(cookies[0]?.content).toBe(cookies[1]?.content);
    const agent = readGcfg(placed(cluster, "agent1").get("/etc/mig/mig-agent.cfg")?.content);
    expect(agent["agent"]?.["relay"]).toContain("@10.0.0.11:443/mig");
    // Both nodes answer to what clients dial.
    const relay2 = cluster.named("tls:index/certRequest:CertRequest", "mig-relay-relay2-request").inputs;
    expect(holdsName(relay2, "10.0.0.11")).toBe(true);
  });

  it("gives every scheduler its own files, folders and certificate, and lets all of them into the database", async () => {
    const { scheduler } = migArgs();
    const [first] = scheduler.hosts;
    if (first === undefined) throw new Error("no scheduler");
    const second = { ...first, name: "sched2", address: "10.0.0.31" };
    const several = await declare({ scheduler: { ...scheduler, hosts: [first, second] } });
    const [one, two] = ["api1", "sched2"].map((name) => placed(several, name));
    expect(two?.get("/etc/mig/scheduler.cfg")?.content).toBe(one?.get("/etc/mig/scheduler.cfg")?.content);
    const key = "/etc/mig/scheduler/scheduler-amqps-key.pem";
    expect(two?.get(key)?.content).not.toBe(one?.get(key)?.content);
    const rules = placed(several, "db1").get("/etc/postgresql/15/main/pg_hba.conf")?.content;
    expect(rules).toMatch(/^hostssl mig migscheduler 10\.0\.0\.13\/32 scram-sha-256$/m);
    expect(rules).toMatch(/^hostssl mig migscheduler 10\.0\.0\.31\/32 scram-sha-256$/m);
  });

  it("gives all agents one certificate where they share it, and compiles the same one in", async () => {
    const place = { kind: "local", directory: "/root/agents" } as const;
    const agentBuild = { ...BUILD, place };
    const certificate = "/etc/mig/agent/agent-amqps.pem";
    for (const [way, count] of [["shared", 1] as const, ["each", 2] as const]) {
      const declared = await declare({ agents: { ...migArgs().agents, certificate: way }, agentBuild });
      const placedOn = ["agent1", "agent2"].map((name) => placed(declared, name).get(certificate)?.content ?? "");
      expect(new Set(placedOn).size).toBe(count);
      const { files, directory } = declared.named("hosts:index:LocalFiles", "mig-agent-build").inputs as {
        files: Record<string, string>;
        directory: string;
      };
      expect(directory).toBe("/root/agents");
      expect(files["mig-agent-conf.go"]?.includes(placedOn[0] ?? "-")).toBe(way === "shared");
    }
  });

  it("has quorum queues and no policy on RabbitMQ 4", async () => {
    const fourth = await declare({ relay: { ...migArgs().relay, generation: 4, mirrored: [] } });
    expect(fourth.named("rabbitmq:index/vHost:VHost", "mig-relay-vhost").inputs["defaultQueueType"]).toBe("quorum");
    expect(fourth.ofType("rabbitmq:index/policy:Policy")).toEqual([]);
  });

  it("uses an external schema without making database, owner or tables", async () => {
    const external = await declare({ database: { ...migArgs().database, schema: "external" } });
    expect(external.ofType("postgresql:index/database:Database")).toEqual([]);
    expect(external.ofType("hosts:index:Guard")).toEqual([]);
    expect(external.ofType("postgresql:index/role:Role").map(({ inputs }) => inputs["name"])).not.toContain("migadmin");
    expect(external.ofType("postgresql:index/grant:Grant").length).toBeGreaterThan(0);
  });
});
