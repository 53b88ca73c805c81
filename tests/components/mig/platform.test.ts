import { holdsName } from "../../../components/pki";
import type { Recorder } from "../recorder";
import { FILE_SET, declare, filesOf, hostOf, placed, readGcfg } from "./declared";

describe("the MIG platform", () => {
  let recorder: Recorder;
  beforeAll(async () => {
    recorder = await declare();
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
});
