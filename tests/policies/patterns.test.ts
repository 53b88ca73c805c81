import { commonName, matchesAll, readPattern } from "../../policies/patterns";

const NAMES = [
  "",
  "mig",
  "xmigx",
  "mig.agt.linux.x",
  "a",
  "ab",
  "xab",
  "ac",
  "c",
  "migevent",
  "bc",
  "b",
  "aa",
  "2",
  "-",
];

describe("an expression matches the names that the broker finds it in:", () => {
  test.each([
    "^mig(|\\.agt\\.(linux|windows|darwin)\\..*)$",
    "mig",
    "^a|b$",
    "(^a|^b)c$",
    ".*",
    "^^.*$$",
    "^$",
    "a^b",
    "^[^a]$",
    "^(?:a|b)",
    "(a)\\1",
    "^(a|b)\\1$",
    "^\\w{1,2}$",
    "^\\d|-$",
    "^a$|^b$|^c$",
    "[a-c]$",
  ])("%s", (source) => {
    const pattern = readPattern(source);
    for (const name of NAMES) {
      const one = readPattern(`^${name.replace(/[.]/g, "\\.")}$`);
      expect([name, commonName(pattern, one) !== undefined]).toEqual([name, new RegExp(source).test(name)]);
    }
  });
});

test("an empty one matches no name", () => {
  expect(commonName(readPattern(""), readPattern(".*"))).toBeUndefined();
  expect(matchesAll(readPattern(""))).toBe(false);
});

test.each([
  ["^a\\b", "a boundary"],
  ["^(?=a)a$", "look-around"],
  ["^(?!b)a$", "look-around"],
  ["(a*)\\1", "a back reference"],
  ["(?i)a", "an option"],
  ["^a++$", "a possessive quantifier"],
  ["\\Aa\\z", "anchors of PCRE"],
  ["[[:alpha:]]", "a POSIX class"],
  ["a{,3}", "a quantifier that versions of PCRE read differently"],
  ["[]a]", "a bracket that JavaScript reads differently"],
  ["\\va", "white space that JavaScript reads differently"],
  ["é", "what is bytes to the broker"],
  ["(^)*a", "anchors that repeat"],
  ["(", "what is no expression"],
])("%s is refused: it has %s", (source) => {
  expect(readPattern(source)).toMatchObject({ kind: "refused", reason: expect.any(String) as string });
});

test.each([
  [".*", true],
  ["", false],
  ["x*", true],
  ["^(|.+)$", true],
  ["^^.*$", true],
  [".+", true],
  ["..+", false],
  ["^mig", false],
])("whether %j matches every name: %s", (source, all) => expect(matchesAll(readPattern(source))).toBe(all));

test("two have a name in common, if it is none of others", () => {
  const agent = readPattern("^mig(|\\.agt\\.linux\\..*)$");
  const scheduler = readPattern("^mig(|\\.agt\\.(heartbeats|results))$");
  expect(commonName(agent, scheduler)).toBe("mig");
  expect(commonName(agent, scheduler, [readPattern("^mig$")])).toBeUndefined();
  expect(commonName(readPattern("agt"), scheduler, [readPattern("heartbeats")])).toBe("mig.agt.results");
});
