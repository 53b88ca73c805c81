import { formatProblems } from "../../stacks/problems";
import { KEY, changed, dev, problemsOf } from "./dev-environment";
import type { Tree } from "./tree";

describe("an environment", () => {
  it("is right as Pulumi.dev.yaml has it", () => expect(problemsOf(dev())).toEqual([]));

  it.each([
    ["a wrong key", "hosts.1.adress", "10.0.0.1", "environment.hosts[1].adress: there is no such key"],
    ["a wrong key at the top", "broker", {}, "environment.broker: there is no such key"],
    ["a host's name twice", "hosts.2.name", "relay1", "environment.hosts[2].name: relay1 is taken by hosts[0]"],
    [
      "an address twice",
      "hosts.2.address",
      "127.10.0.11",
      "environment.hosts[2].address: 127.10.0.11 is taken by hosts[0]",
    ],
    [
      "a name in DNS twice",
      "hosts",
      ["relay1", "db1"].map((name, index) => ({ name, address: `10.0.0.${index + 1}`, fqdn: "a.example.net" })),
      "environment.hosts[1].fqdn: a.example.net is taken by hosts[0]",
    ],
    [
      "a name in DNS of many hosts",
      "hosts.2.fqdn",
      "*.example.net",
      'environment.hosts[2].fqdn: "*.example.net" is not a DNS name of one host',
    ],
    ["no address", "hosts.2.address", "api1", 'environment.hosts[2].address: "api1" is not an IP address'],
    ["a port out of range", "hosts.0.port", 70_000, "environment.hosts[0].port: "],
    [
      "a name that no host can have",
      "hosts.0.name",
      "Relay_1",
      'environment.hosts[0].name: "Relay_1" is not a host name',
    ],
    [
      "a host key cut short",
      "hosts.0.hostKey",
      "ssh-ed25519",
      "environment.hosts[0].hostKey: is not a public host key",
    ],
    [
      "a lifetime that is too long",
      "certificates.lifetime",
      "3y",
      "environment.certificates.lifetime: 3y is longer than 825d",
    ],
    [
      "a lifetime without a unit",
      "certificates.lifetime",
      "90",
      'environment.certificates.lifetime: "90" is not a lifetime',
    ],
    [
      "a certificate that outlives its authority",
      "certificates.authorityLifetime",
      "60d",
      "environment.certificates.lifetime: 90d is longer than the authority's 60d",
    ],
    [
      "a renewal before the issue",
      "certificates.renewBefore",
      "90d",
      "environment.certificates.renewBefore: 90d is not shorter",
    ],
    ["an unknown platform", "mgi", {}, "environment.mgi: there is no such key"],
    ["no platform", "mig", undefined, "environment: holds no platform: there are mig"],
    [
      "a pattern of another number of addresses",
      "hosts.3",
      { name: "agent[1-3]", address: "10.1.0.[1-4]" },
      'environment.hosts[3]: its name stands for 3 hosts and its address, "10.1.0.[1-4]", for 4',
    ],
    [
      "operators beside a lab",
      "operators",
      { broker: { endpoint: "https://r" } },
      "environment.operators: the lab has",
    ],
  ])("is refused for %s, with its path", (_, path, value, expected) => {
    expect(problemsOf(changed(path, value))[0]).toContain(expected);
  });

  it("needs operators and host keys where there is no lab", () => {
    const environment = changed("lab", undefined);
    expect(problemsOf(environment)).toContain("environment.operators: is needed where there is no lab");
    expect(
      problemsOf(environment).filter((problem) =>
        problem.includes("hostKey: is needed where there is neither a lab nor hostKeys"),
      ),
    ).toHaveLength(6);

    for (const host of environment["hosts"] as Tree[]) host["hostKey"] = KEY;
    environment["operators"] = { broker: { endpoint: "https://relay1.example.net:15671" } };
    expect(problemsOf(environment)).toEqual([]);
  });

  it.each([
    ["http://relay1:15672", "endpoint: is not https://host:port"],
    ["http://127.0.0.1:15672", undefined],
    ["https://relay1:15671", undefined],
  ])("lets the broker be managed over %s: %s", (endpoint, reason) => {
    const environment = changed("operators", { broker: { endpoint } });
    delete environment["lab"];
    for (const host of environment["hosts"] as Tree[]) host["hostKey"] = KEY;
    const problems = problemsOf(environment);
    if (reason === undefined) expect(problems).toEqual([]);
    else expect(problems.join()).toContain(reason);
  });

  it("does not let guest be the operator, as guest is deleted", () => {
    const environment = changed("operators", { broker: { endpoint: "https://r", username: "guest" } });
    delete environment["lab"];
    expect(problemsOf(environment).join()).toContain("operators.broker.username: guest is deleted");
  });

  it.each([
    [
      { broker: { endpoint: "https://r", username: "scheduler" } },
      "mig.relay: broker user scheduler is claimed by operators",
    ],
    [
      { database: { username: "migadmin" } },
      "mig.database: database role migadmin is claimed by operators.database.user",
    ],
    [
      { database: { host: "10.1.2.3", sslmode: "verify-full" } },
      "operators.database.host: 10.1.2.3 is dialled, and the certificate of db1 does not hold it",
    ],
  ])("does not have operators as %j", (operators, reason) => {
    const environment = changed("operators", { broker: { endpoint: "https://r" }, ...operators });
    delete environment["lab"];
    expect(problemsOf(environment).join()).toContain(reason);
  });

  it("tells of a problem that many hosts of a pattern share once", () => {
    const environment = dev();
    environment["icinga2"] = {
      zones: [{ name: "master", endpoints: [{ host: "db1" }] }],
      agents: [{ parent: "asia", hosts: ["agent[1-3]"] }],
    };
    expect(problemsOf(environment)).toEqual(["environment.icinga2.agents[0].parent: there is no zone asia"]);
  });

  it("tells all problems at once", () => {
    const environment = changed("hosts.2.address", "x");
    (environment["certificates"] as Tree)["lifetime"] = "90";
    expect(problemsOf(environment)).toHaveLength(2);
  });

  it.each([[undefined], [null], ["text"], [[]]])("is refused when it is %j", (value) =>
    expect(problemsOf(value).length).toBeGreaterThan(0),
  );
});

describe("a problem", () => {
  it("is a line with file and path", () => {
    const problems = [
      { path: ["hosts", 2, "address"], reason: "is wrong" },
      { path: ["a b"], reason: "is odd" },
    ];
    expect(formatProblems("stacks/Pulumi.dev.yaml", "groundwork:environment", problems)).toBe(
      "stacks/Pulumi.dev.yaml: groundwork:environment.hosts[2].address: is wrong\n" +
        'stacks/Pulumi.dev.yaml: groundwork:environment["a b"]: is odd',
    );
  });
});
