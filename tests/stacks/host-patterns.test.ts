import { expandHosts, expandPattern } from "../../stacks/host-patterns";

describe("a pattern of hosts", () => {
  it.each<[string, readonly string[]]>([
    ["relay1", ["relay1"]],
    ["agent[1-3]", ["agent1", "agent2", "agent3"]],
    ["agent[08-11].example.net", ["08", "09", "10", "11"].map((number) => `agent${number}.example.net`)],
    ["10.8.[0-1].[1-2]", ["10.8.0.1", "10.8.0.2", "10.8.1.1", "10.8.1.2"]],
  ])("%s stands for all its names, in order", (pattern, names) => expect(expandPattern(pattern)).toEqual(names));

  it.each([
    ["agent[1-]", "[1-] is not a range as [1-20] or [001-500]"],
    ["agent[3-1]", "[3-1] is not a range"],
    ["agent[08-1]", "[08-1] is not a range"],
    ["agent[08-111]", "[08-111] has numbers of different lengths"],
    ["agent[1-3", '"agent[1-3" has a bracket that is not closed'],
    ["agent[1-999999]", "[1-999999] stands for more than 10000 hosts"],
    ["a[1-101][1-101]", '"a[1-101][1-101]" stands for more than 10000 hosts'],
  ])("%s is refused", (pattern, reason) => expect(() => expandPattern(pattern)).toThrow(reason));
});

describe("lists of hosts", () => {
  const written = {
    hosts: [
      { name: "relay1", address: "10.0.0.1" },
      { name: "agent[1-3]", address: "10.1.0.[1-3]", fqdn: "agent[1-3].example.net", port: 2222 },
    ],
    mig: { agents: { hosts: ["relay1", "agent[2-3]"] }, relay: { hosts: ["relay1"] } },
  };

  it("hold hosts in place of patterns, and everything else as it was", () => {
    const { value, problems } = expandHosts(written);
    expect(problems).toEqual([]);
    expect(value).toEqual({
      hosts: [
        { name: "relay1", address: "10.0.0.1" },
        ...[1, 2, 3].map((number) => ({
          name: `agent${number}`,
          address: `10.1.0.${number}`,
          fqdn: `agent${number}.example.net`,
          port: 2222,
        })),
      ],
      mig: { agents: { hosts: ["relay1", "agent2", "agent3"] }, relay: { hosts: ["relay1"] } },
    });
  });

  it("lead back to where a host was written", () => {
    const { written: place } = expandHosts(written);
    expect(place(["hosts", 3, "address"])).toEqual(["hosts", 1, "address"]);
    expect(place(["mig", "agents", "hosts", 2])).toEqual(["mig", "agents", "hosts", 1]);
    expect(place(["mig", "relay", "hosts", 0])).toEqual(["mig", "relay", "hosts", 0]);
  });

  it("are told of where name and address stand for different numbers of hosts", () => {
    const hosts = [{ name: "agent[1-3]", address: "10.1.0.[1-4]" }];
    expect(expandHosts({ hosts }).problems).toEqual([
      { path: ["hosts", 0], reason: 'its name stands for 3 hosts and its address, "10.1.0.[1-4]", for 4' },
    ]);
  });

  it.each([[undefined], [null], ["text"], [[1]], [{ hosts: [null, 3] }]])("leave %j as it is", (value) =>
    expect(expandHosts(value)).toMatchObject({ value, problems: [] }),
  );
});
