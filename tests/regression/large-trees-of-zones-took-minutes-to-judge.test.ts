import { parseEnvironment } from "../../stacks/environment";
import { hostsCalled } from "../stacks/changes/support";

/** What is dialled was looked for from every node to every other: 2000 agents took 40 s, and 4000 five minutes. */
it("a tree of 4000 agents is judged, and a name in it that nobody's certificate holds is found", () => {
  const [master] = hostsCalled("master1");
  const fleet = { name: "web[0001-4000]", address: "10.[1-16].1.[1-250]" };
  const environment = {
    hosts: [master, { ...master, ...fleet }],
    operators: {},
    icinga2: {
      zones: [{ name: "master", endpoints: [{ host: "master1", dial: "other.example.net", names: ["master1"] }] }],
      agents: [{ parent: "master", hosts: [fleet.name] }],
    },
  };
  const parsed = parseEnvironment(environment);
  expect(parsed.kind === "invalid" ? parsed.problems : []).toEqual([
    {
      path: ["icinga2", "zones", 0, "endpoints", 0, "host"],
      reason: "other.example.net is dialled, and the certificate of master1 does not hold it",
    },
  ]);
}, 60_000);
