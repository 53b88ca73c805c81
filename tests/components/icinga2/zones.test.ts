import type { ZoneSettings } from "../../../components/platforms/icinga2";
import { type ZoneNode, zoneProblems, zoneRole, zonesBelow } from "../../../components/platforms/icinga2/zone-tree";
import { dialProblems, zonesConfig } from "../../../components/platforms/icinga2/zones-config";
import { endpoint, icinga2Args } from "./environment";

const zone = (name: string, parent?: string, ...endpoints: readonly string[]): ZoneNode => ({
  name,
  parent,
  endpoints: (endpoints.length === 0 ? [`${name}1`] : endpoints).map((each) => ({ name: each })),
});

describe("a tree of zones", () => {
  it.each<[string, readonly ZoneNode[], readonly (readonly [number, string, string])[]]>([
    ["a tree", [zone("m", undefined, "a", "b"), zone("s", "m"), zone("t", "s")], []],
    ["a parent that is not there", [zone("m"), zone("s", "x")], [[1, "parent", "there is no zone x"]]],
    ["a zone that is its own parent", [zone("m"), zone("s", "s")], [[1, "parent", "zones form a cycle: s → s"]]],
    [
      "a cycle, told at each of its zones and not below",
      [zone("m"), zone("s", "t"), zone("t", "s"), zone("u", "t")],
      [
        [1, "parent", "zones form a cycle: s → t → s"],
        [2, "parent", "zones form a cycle: t → s → t"],
      ],
    ],
    ["a second root", [zone("m"), zone("s")], [[1, "parent", "zone s needs a parent: m is the masters' zone"]]],
    [
      "three endpoints",
      [zone("m", undefined, "a", "b", "c")],
      [[0, "endpoints", "zone m has 3 endpoints: Icinga supports two at most"]],
    ],
    ["no endpoint", [{ name: "m", endpoints: [] }], [[0, "endpoints", "zone m has no endpoint"]]],
    [
      "an endpoint in two zones",
      [zone("m", undefined, "a"), zone("s", "m", "b", "a")],
      [[1, "endpoints", "endpoint a is in zone m already"]],
    ],
    [
      "an endpoint twice in one zone",
      [zone("m", undefined, "a", "a")],
      [[0, "endpoints", "endpoint a is in zone m already"]],
    ],
    ["a zone twice", [zone("m"), zone("s", "m", "a"), zone("s", "m", "b")], [[2, "name", "zone s is declared twice"]]],
    [
      "a zone that is global too",
      [zone("m"), zone("global", "m")],
      [[1, "name", "zone global is declared as a global zone too"]],
    ],
    [
      "a global zone as parent",
      [zone("m"), zone("s", "global")],
      [[1, "parent", "global is a global zone, which is nobody's parent"]],
    ],
  ])("is judged for %s", (_, zones, expected) => {
    const problems = zoneProblems(zones, ["global"]).map(({ zone: at, field, reason }) => [at, field, reason]);
    expect(problems).toEqual(expected);
  });

  it("knows roles by position, and lists what is below, parents first", () => {
    const zones = [zone("t", "s"), zone("m"), zone("s", "m"), zone("u", "m")];
    expect(zones.map((each) => zoneRole(zones, each))).toEqual(["agent", "master", "satellite", "agent"]);
    expect(zonesBelow(zones, "m").map(({ name }) => name)).toEqual(["s", "t", "u"]);
  });
});

describe("zones.conf", () => {
  const { zones, globalZones } = icinga2Args();
  const of = (zoneName: string, name: string) => {
    const own = zones.find((each) => each.name === zoneName);
    if (own === undefined) throw new Error(zoneName);
    return zonesConfig(zones, globalZones, own, { name });
  };
  const endpointsOf = (text: string) =>
    [...text.matchAll(/object Endpoint "(\w+)" \{([^}]*)\}/g)].map(([, name, body]) =>
      body?.includes("host") === true ? `${name} dialled` : name,
    );
  const zonesOf = (text: string) =>
    [...text.matchAll(/object Zone "([\w-]+)" \{([^}]*)\}/g)].map(([, name, body]) =>
      [name, /parent = "(\w+)"/.exec(body ?? "")?.[1]].filter((part) => part !== undefined).join(" < "),
    );

  it("of a master has the whole tree, and dials its equal alone", () => {
    const text = of("master", "master1");
    expect(endpointsOf(text)).toEqual([
      ...["master1", "master2 dialled", "sat1", "sat2"],
      ...["agent1", "agent2", "agent3"],
    ]);
    expect(zonesOf(text)).toEqual([
      ...["master", "europe < master", "agent1 < europe", "agent2 < europe", "agent3 < europe"],
      "global-templates",
    ]);
  });

  it("of a satellite dials masters, its equal, and the agents that are to be dialled", () => {
    expect(endpointsOf(of("europe", "sat2"))).toEqual([
      ...["master1 dialled", "master2 dialled", "sat1 dialled", "sat2"],
      ...["agent1", "agent2 dialled", "agent3 dialled"],
    ]);
  });

  it("of an agent has nothing but itself, the zone above and global zones", () => {
    expect(zonesOf(of("agent1", "agent1"))).toEqual(["europe", "agent1 < europe", "global-templates"]);
    expect(endpointsOf(of("agent1", "agent1"))).toEqual(["sat1 dialled", "sat2 dialled", "agent1"]);
    expect(endpointsOf(of("agent3", "agent3"))).toEqual(["sat1", "sat2", "agent3"]);
  });

  it("is written in the daemon's language", () => {
    expect(of("agent3", "agent3")).toBe(
      [
        'object Endpoint "sat1" { }\n',
        'object Endpoint "sat2" { }\n',
        'object Zone "europe" {\n  endpoints = [ "sat1", "sat2" ]\n}\n',
        'object Endpoint "agent3" { }\n',
        'object Zone "agent3" {\n  endpoints = [ "agent3" ]\n  parent = "europe"\n}\n',
        'object Zone "global-templates" {\n  global = true\n}\n',
      ].join("\n"),
    );
  });
});

describe("what is dialled", () => {
  const withMaster2 = (change: Parameters<typeof endpoint>[2]): readonly ZoneSettings[] => [
    {
      name: "master",
      endpoints: [endpoint("master1", 11), endpoint("master2", 12, change)],
      checker: true,
      notification: true,
    },
  ];

  it("is in the certificate that is placed there, or told", () => {
    expect(dialProblems(icinga2Args().zones)).toEqual([]);
    expect(dialProblems(withMaster2({ dial: "m2.example.net" })).map(({ reason }) => reason)).toEqual([
      "m2.example.net is dialled, and the certificate of master2 does not hold it",
    ]);
  });

  it("may be the endpoint's own name, which every certificate holds", () => {
    expect(dialProblems(withMaster2({ dial: "master2", names: [] }))).toEqual([]);
  });

  it("does not matter where nobody dials or no certificate is made here", () => {
    expect(dialProblems(withMaster2({ dial: "x.example.net", certificate: "ticket" }))).toEqual([]);
    const [master] = withMaster2({});
    if (master === undefined) throw new Error("no zone");
    const leaf = { ...master, name: "a", parent: "master", endpoints: [endpoint("a", 1, { dial: "x.example.net" })] };
    expect(dialProblems([master, leaf])).toEqual([]);
  });
});
