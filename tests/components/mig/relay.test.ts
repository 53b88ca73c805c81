import { holdsName } from "../../../components/pki";
import type { Recorder } from "../recorder";
import { declare, placed, readGcfg } from "./declared";
import { migArgs } from "./environment";

describe("MIG's relay", () => {
  let recorder: Recorder;
  beforeAll(async () => {
    recorder = await declare();
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

  it("has quorum queues and no policy on RabbitMQ 4", async () => {
    const fourth = await declare({ relay: { ...migArgs().relay, generation: 4, mirrored: [] } });
    expect(fourth.named("rabbitmq:index/vHost:VHost", "mig-relay-vhost").inputs["defaultQueueType"]).toBe("quorum");
    expect(fourth.ofType("rabbitmq:index/policy:Policy")).toEqual([]);
  });
});
