import * as pulumi from "@pulumi/pulumi";

import { Mig } from "../../../components/platforms/mig";
import { AGENT_BUILD } from "../../support/agent-build";
import { Recorder } from "../recorder";
import { FILE_SET, declare, placed, readGcfg } from "./declared";
import { migArgs } from "./environment";

describe("MIG's daemons", () => {
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

  it("writes addresses of IPv6 as they are in the URLs that MIG makes of them", async () => {
    const { relay, database } = migArgs();
    const declared = await declare({
      relay: { ...relay, endpoint: "fd00::1" },
      database: { ...database, host: { ...database.host, address: "fd00::2", fqdn: undefined } },
    });
    const scheduler = readGcfg(placed(declared, "api1").get("/etc/mig/scheduler.cfg")?.content);
    expect([scheduler["mq"]?.["host"], scheduler["postgres"]?.["host"]]).toEqual(["[fd00::1]", "[fd00::2]"]);
    const agent = readGcfg(placed(declared, "agent1").get("/etc/mig/mig-agent.cfg")?.content);
    expect(agent["agent"]?.["relay"]).toMatch(/@\[fd00::1\]:5671\/mig$/);
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

  it("knows the first scheduler by the name that it had when there could be one only", async () => {
    const aliases = new Map<string, unknown>();
    const note: pulumi.ResourceTransformation = ({ name, type, props, opts }) => {
      if (type === "groundwork:mig:Daemon") aliases.set(name, (opts as pulumi.ComponentResourceOptions).aliases);
      return { props, opts };
    };
    await new Recorder().run(() => new Mig("mig", migArgs(), { transformations: [note] }));
    expect(aliases.get("mig-scheduler-api1")).toEqual([{ name: "mig-scheduler" }]);
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
    const place = { kind: "local", directory: "/srv/administrator/agents" } as const;
    const agentBuild = { ...AGENT_BUILD, proxies: [], place };
    const certificate = "/etc/mig/agent/agent-amqps.pem";
    for (const [way, count] of [["shared", 1] as const, ["each", 2] as const]) {
      const declared = await declare({ agents: { ...migArgs().agents, certificate: way }, agentBuild });
      const placedOn = ["agent1", "agent2"].map((name) => placed(declared, name).get(certificate)?.content ?? "");
      expect(new Set(placedOn).size).toBe(count);
      const { files, directory } = declared.named("hosts:index:LocalFiles", "mig-agent-build").inputs as {
        files: Record<string, string>;
        directory: string;
      };
      expect(directory).toBe("/srv/administrator/agents");
      expect(files["mig-agent-conf.go"]?.includes(placedOn[0] ?? "-")).toBe(way === "shared");
    }
  });
});
