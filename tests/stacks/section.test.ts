import { formatPath } from "../../stacks/problems";
import {
  type SectionFacts,
  type Sections,
  databaseServer,
  needsBroker,
  repeated,
  sectionProblems,
} from "../../stacks/section";

const HOSTS = new Set(["a", "b"]);
const NOTHING: SectionFacts = { hosts: [], names: [], broker: false, problems: [] };

function problems(sections: Sections): readonly string[] {
  return sectionProblems(sections, HOSTS).map(({ path, reason }) => `${formatPath("environment", path)}: ${reason}`);
}

describe("sections of an environment", () => {
  it.each<[string, Sections, readonly string[]]>([
    ["nothing", { one: NOTHING, two: NOTHING }, []],
    [
      "a host that is not there",
      {
        one: {
          ...NOTHING,
          hosts: [
            { path: ["x"], name: "a" },
            { path: ["y", 1], name: "c" },
          ],
        },
      },
      ["environment.one.y[1]: there is no host c in hosts"],
    ],
    [
      "a problem of its own",
      { one: { ...NOTHING, problems: [{ path: ["x"], reason: "is odd" }] } },
      ["environment.one.x: is odd"],
    ],
    [
      "a role that two platforms claim, naming both",
      {
        one: { ...NOTHING, names: [{ kind: "database role", name: "r", path: ["db"] }] },
        two: { ...NOTHING, names: [{ kind: "database role", name: "r", path: ["ido", "user"] }] },
      },
      ["environment.two.ido.user: database role r is claimed by one.db already"],
    ],
    [
      "a name that is of another kind",
      {
        one: { ...NOTHING, names: [{ kind: "database role", name: "r", path: [] }] },
        two: { ...NOTHING, names: [{ kind: "virtual host", name: "r", path: [] }] },
      },
      [],
    ],
    [
      "another database server",
      {
        one: { ...NOTHING, database: { path: ["host"], host: "a", port: 5432 } },
        two: { ...NOTHING, database: { path: ["ido", "host"], host: "b", port: 5432 } },
      },
      ["environment.two.ido.host: an environment has one PostgreSQL server, and one.host is on a:5432"],
    ],
    [
      "the same database server",
      {
        one: { ...NOTHING, database: { path: ["host"], host: "a", port: 5432 } },
        two: { ...NOTHING, database: { path: ["ido", "host"], host: "a", port: 5432 } },
      },
      [],
    ],
  ])("are judged for %s", (_, sections, expected) => expect(problems(sections)).toEqual(expected));

  it("need a broker when one of them does, and the server that one of them names", () => {
    const server = { path: [], host: "b", port: 5433 };
    expect(needsBroker({ one: NOTHING })).toBe(false);
    expect(needsBroker({ one: NOTHING, two: { ...NOTHING, broker: true } })).toBe(true);
    expect(databaseServer({ one: NOTHING })).toBeUndefined();
    expect(databaseServer({ one: NOTHING, two: { ...NOTHING, database: server } })).toEqual(server);
  });

  it("name each entry that is listed again", () => {
    expect(repeated(["hosts"], ["a", "b", "a", "a"])).toEqual([
      { path: ["hosts", 2], reason: "a is listed twice" },
      { path: ["hosts", 3], reason: "a is listed twice" },
    ]);
  });
});
