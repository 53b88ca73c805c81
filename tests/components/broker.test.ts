import { Topology, patternProblem, policyProblems, replication, topologyProblems } from "../../components/broker";
import { Recorder } from "./recorder";

describe("replication", () => {
  const mirrored = [{ name: "mig-mirror-all", pattern: "^mig\\." }];

  it("is a mirroring policy on RabbitMQ 3", () => {
    expect(replication(3, mirrored)).toEqual({
      policies: [{ name: "mig-mirror-all", pattern: "^mig\\.", definition: { "ha-mode": "all" } }],
    });
  });

  it("is quorum queues on RabbitMQ 4", () => {
    expect(replication(4, [])).toEqual({ defaultQueueType: "quorum", policies: [] });
  });

  it("refuses on RabbitMQ 4 a policy that mirrors, and takes another", () => {
    const policy = { name: "p", pattern: "^a", definition: { "ha-mode": "all" } };
    expect(policyProblems(4, policy)[0]).toContain("no mirrored queues");
    expect(policyProblems(3, policy)).toEqual([]);
    expect(policyProblems(4, { ...policy, definition: { "max-length": "10" } })).toEqual([]);
  });
});

describe("a name pattern", () => {
  it.each(["^mig(|\\..*)$", "", ".*", "(?i)mig", "\\Amig\\z", "a++", "(?>a|b)"])("%j is taken", (pattern) =>
    expect(patternProblem(pattern)).toBeUndefined(),
  );
  it.each(["(", "[a", "*a", "a{2,1}"])("%j is refused", (pattern) => expect(patternProblem(pattern)).toBeDefined());
});

describe("a topology", () => {
  const args = { generation: 3, vhost: { name: "v" } } as const;
  const user = { name: "u", password: "p" };
  const permissions = { user: "u", configure: "", write: "", read: "" };

  it.each([
    ["a user twice", { users: [user, user] }, "user u is declared twice"],
    ["permissions twice", { permissions: [permissions, permissions] }, "user u has permissions twice"],
    ["an @ in a name", { users: [{ ...user, name: "u@v" }] }, '"u@v" holds an @'],
    ["a bad expression", { permissions: [{ ...permissions, write: "(" }] }, "write permission of u:"],
    ["a bad pattern", { policies: [{ name: "p", pattern: "[", definition: {} }] }, "pattern of policy p:"],
  ])("is refused for %s", (_, change, reason) =>
    expect(topologyProblems({ ...args, ...change }).join()).toContain(reason),
  );

  it("declares users, permissions and policies in its vhost", async () => {
    const recorder = new Recorder();
    await recorder.run(
      () =>
        new Topology("t", {
          generation: 4,
          vhost: { name: "v", defaultQueueType: "quorum" },
          users: [user],
          permissions: [
            { ...permissions, read: ".*" },
            { ...permissions, user: "operator" },
          ],
          policies: [{ name: "p", pattern: "^a", definition: { "max-length": "10" } }],
        }),
    );
    expect(recorder.named("rabbitmq:index/vHost:VHost", "t-vhost").inputs).toEqual({
      name: "v",
      defaultQueueType: "quorum",
    });
    expect(recorder.named("rabbitmq:index/permissions:Permissions", "t-permissions-u").inputs).toEqual({
      user: "u",
      vhost: "v",
      permissions: { configure: "", write: "", read: ".*" },
    });
    expect(recorder.ofType("rabbitmq:index/permissions:Permissions")).toHaveLength(2);
    expect(recorder.named("rabbitmq:index/policy:Policy", "t-policy-p").inputs).toEqual({
      name: "p",
      vhost: "v",
      policy: { pattern: "^a", applyTo: "all", priority: 0, definition: { "max-length": "10" } },
    });
  });
});
