import { parse } from "yaml";

import { removeFromYaml, setInYaml } from "../../../engine/project/yaml-text";
import type { YamlPath } from "../../../engine/project/yaml-text";

const HAND_WRITTEN = `# Whose this is.


config:
    demo:hosts:
    - { name:   a,   address:  127.0.0.1 }   # aligned
    - {name: b, address: 127.0.0.2}

    demo:list: [a,b,   c]
    demo:size:   3      # three
    demo:note: >
        folded
        text
    demo:password:
        secure: v1:one
    # The last.
    demo:map:
        inner: 'it''s'
encryptionsalt: v1:abc
`;

/** The lines that an edit takes out and puts in. */
function changed(before: string, after: string): { out: string[]; in: string[] } {
  const [old, young] = [before.split("\n"), after.split("\n")];
  return { out: old.filter((line) => !young.includes(line)), in: young.filter((line) => !old.includes(line)) };
}

test.each<[string, YamlPath, unknown, string[], string[]]>([
  ["a value", ["config", "demo:size"], 4, ["    demo:size:   3      # three"], ["    demo:size:   4      # three"]],
  ["a key", ["config", "demo:more"], "x: y", [], ['    demo:more: "x: y"']],
  ["a secret", ["config", "demo:more"], { secure: "v1:two" }, [], ["    demo:more:", "      secure: v1:two"]],
  [
    "a value that becomes a secret",
    ["config", "demo:size"],
    { secure: "v1:two" },
    ["    demo:size:   3      # three"],
    ["    demo:size:", "      secure: v1:two      # three"],
  ],
  [
    "a secret's ciphertext",
    ["config", "demo:password", "secure"],
    "v1:two",
    ["        secure: v1:one"],
    ["        secure: v1:two"],
  ],
  ["a member of a map", ["config", "demo:map", "b", 0], true, [], ["        b:", "          - true"]],
  ["a member of a list", ["config", "demo:hosts", 2, "name"], "c", [], ["    - name: c"]],
  [
    "a member of a list in a line",
    ["config", "demo:list", 1],
    "x",
    ["    demo:list: [a,b,   c]"],
    ["    demo:list: [a,x,   c]"],
  ],
  [
    "another member of a list in a line",
    ["config", "demo:list", 3],
    "d",
    ["    demo:list: [a,b,   c]"],
    ["    demo:list: [a, b, c, d]"],
  ],
  [
    "a text of many lines",
    ["config", "demo:note"],
    "a\nb\n",
    ["    demo:note: >", "        folded", "        text"],
    ["    demo:note: |", "      a", "      b"],
  ],
  ["a key at the top", ["encryptionsalt"], "v1:def", ["encryptionsalt: v1:abc"], ["encryptionsalt: v1:def"]],
])("setting %s changes nothing but its lines", (_, path, value, gone, come) => {
  const text = setInYaml(HAND_WRITTEN, path, value);
  expect(changed(HAND_WRITTEN, text)).toEqual({ out: gone, in: come });
});

test.each<[string, YamlPath, string[]]>([
  ["a key", ["config", "demo:size"], ["    demo:size:   3      # three"]],
  ["a secret", ["config", "demo:password"], ["    demo:password:", "        secure: v1:one"]],
  ["a member of a list", ["config", "demo:hosts", 1], ["    - {name: b, address: 127.0.0.2}"]],
  ["the last key", ["encryptionsalt"], ["encryptionsalt: v1:abc"]],
])("removing %s removes its lines alone", (_, path, gone) => {
  expect(changed(HAND_WRITTEN, removeFromYaml(HAND_WRITTEN, path) ?? "")).toEqual({ out: gone, in: [] });
});

test.each<[string, string, YamlPath, unknown]>([
  ["a list in a line gets a member", "a: [1, 2]\n", ["a", 2], 3],
  ["a scalar in a line needs quotes", "a: [x, y]\n", ["a", 0], "1, 2"],
  ["nothing is there", "", ["a", "b"], 1],
  ["there are comments only", "# one\n", ["a"], 1],
  ["a key has no value", "config:\n", ["config", "a"], 1],
  ["a key's value is missing", "a:\nb: 2\n", ["a"], "x"],
  ["a map in a line is empty", "config: {}\n", ["config", "a"], 1],
  ["the last line has no break", "a: 1", ["b"], 2],
  ["the last value is a block", "a: |\n  text\n\n", ["b"], 2],
  ["there are two documents' worth of blanks", "\n\na:   1\n\n\n", ["b"], { c: [1] }],
  ["an anchor is referred to", "a: &x 1\nb: *x\n", ["c"], 1],
])("a text means what was set when %s", (_, text, path, value) => {
  const result: unknown = parse(setInYaml(text, path, value));
  const found = path.reduce<unknown>((inside, step) => (inside as Record<string, unknown>)[step], result);
  expect(found).toEqual(value);
  expect(result).toMatchObject(
    (parse(text) as object | null) === null ? {} : withoutEmpty(parse(text) as object, path),
  );
});

/** What the text held beside the place. */
function withoutEmpty(content: object, [first]: YamlPath): object {
  return Object.fromEntries(Object.entries(content).filter(([key]) => key !== first));
}

test("nothing is removed where nothing is", () => {
  expect(removeFromYaml("a: 1\n", ["b"])).toBeUndefined();
});
