import { compare } from "bcryptjs";
import { createRandomProvider } from "../../../providers/random";
import { randomCharacters } from "../../../providers/random/characters";
import { revealMap, Secret, UNKNOWN } from "../../../providers/base/values";
import type { PropertyMap } from "../../../providers/base/values";

const provider = createRandomProvider();
const TYPES = {
  password: "random:index/randomPassword:RandomPassword",
  string: "random:index/randomString:RandomString",
  uuid: "random:index/randomUuid:RandomUuid",
} as const;
type Kind = keyof typeof TYPES;
const of = (kind: Kind) => ({ urn: "urn:pulumi:dev::test::t::it", type: TYPES[kind], name: "it" });

async function make(kind: Kind, inputs: PropertyMap, preview = false) {
  const checked = await provider.check({ ...of(kind), inputs });
  expect(checked).toEqual({ inputs, failures: [] });
  return provider.create({ ...of(kind), inputs, preview });
}

const resultOf = async (inputs: PropertyMap): Promise<string> =>
  String(revealMap((await make("password", inputs)).outputs)["result"]);

const MISSING = new Secret({ replace: { raw: null } });

it("makes a password with the state of the official provider", async () => {
  const { id, outputs } = await make("password", { length: 20, special: false, keepers: { rev: "1" } });
  expect(id).toBe("none");
  expect(outputs).toEqual({
    __meta: '{"schema_version":"3"}',
    __pulumi_raw_state_delta: {
      obj: { ps: { keepers: { map: {} }, overrideSpecial: MISSING } },
    },
    bcryptHash: expect.any(Secret) as Secret,
    id: "none",
    keepers: { rev: "1" },
    length: 20,
    lower: true,
    minLower: 0,
    minNumeric: 0,
    minSpecial: 0,
    minUpper: 0,
    number: true,
    numeric: true,
    result: expect.any(Secret) as Secret,
    special: false,
    upper: true,
  });
  const { result, bcryptHash } = revealMap(outputs);
  expect(result).toMatch(/^[A-Za-z0-9]{20}$/);
  expect(await compare(String(result), String(bcryptHash))).toBe(true);
});

it("makes a string that is its own id, and a UUID", async () => {
  const string = await make("string", { length: 8 });
  expect(string.outputs).toMatchObject({ result: string.id, id: string.id });
  expect(string.id).toHaveLength(8);

  const uuid = await make("uuid", {});
  expect(uuid.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(uuid.outputs).toEqual({
    __pulumi_raw_state_delta: { obj: { ps: { keepers: MISSING } } },
    id: uuid.id,
    result: uuid.id,
  });
});

it("knows nothing of the result in a preview", async () => {
  const { id, outputs } = await make("password", { length: 20 }, true);
  expect(id).toBe("");
  expect(outputs).toMatchObject({ result: new Secret(UNKNOWN), id: UNKNOWN, length: 20, special: true });
});

const COMPOSITIONS: readonly { inputs: PropertyMap; pattern: RegExp }[] = [
  { inputs: { length: 5, upper: false, lower: false, special: false }, pattern: /^[0-9]{5}$/ },
  { inputs: { length: 5, numeric: false, lower: false, special: false }, pattern: /^[A-Z]{5}$/ },
  { inputs: { length: 5, number: false, upper: false, special: false }, pattern: /^[a-z]{5}$/ },
  { inputs: { length: 9, upper: false, lower: false, numeric: false }, pattern: /^[!@#$%&*()\-_=+[\]{}<>:?]{9}$/ },
  { inputs: { length: 9, upper: false, lower: false, numeric: false, overrideSpecial: "-_" }, pattern: /^[-_]{9}$/ },
  {
    inputs: { length: 4, minUpper: 1, minLower: 1, minNumeric: 1, minSpecial: 1 },
    pattern: /^(?=.*[A-Z])(?=.*[a-z])(?=.*[0-9])(?=.*[^A-Za-z0-9]).{4}$/,
  },
  { inputs: { length: 3, special: false, minSpecial: 3, overrideSpecial: "é" }, pattern: /^ééé$/ },
];

it.each(COMPOSITIONS)("composes $inputs", async ({ inputs, pattern }) => {
  for (let i = 0; i < 20; i++) expect(await resultOf(inputs)).toMatch(pattern);
});

it("chooses every character and every place alike", () => {
  const all = { length: 10, upper: false, lower: false, numeric: true, special: false, minUpper: 1, minLower: 0 };
  const counts = new Map<string, number>();
  const places = Array<number>(10).fill(0);
  for (let i = 0; i < 5000; i++) {
    const text = randomCharacters({ ...all, minNumeric: 0, minSpecial: 0 });
    const place = text.search(/[A-Z]/);
    places[place] = (places[place] ?? 0) + 1;
    for (const digit of text.replace(/[A-Z]/, "")) counts.set(digit, (counts.get(digit) ?? 0) + 1);
  }
  // 45,000 digits and 5,000 places: six standard deviations around the mean.
  for (const count of counts.values()) expect(Math.abs(count - 4500)).toBeLessThan(6 * 64);
  for (const count of places) expect(Math.abs(count - 500)).toBeLessThan(6 * 22);
  expect(counts.size).toBe(10);
});

it.each([
  { inputs: {}, property: "length", reason: /required property length is missing/ },
  { inputs: { length: 0 }, property: "length", reason: /least is 1/ },
  { inputs: { length: 3, minLower: 2, minUpper: 2 }, property: "length", reason: /length is 3, less than the sum 4/ },
  { inputs: { length: 3, minLower: -1 }, property: "minLower", reason: /least is 0/ },
  { inputs: { length: 3, number: true, numeric: false }, property: "number", reason: /differ/ },
  {
    inputs: { length: 3, number: false, upper: false, lower: false, special: false },
    property: "numeric",
    reason: /at least one/,
  },
  { inputs: { length: "3" }, property: "length", reason: /whole number/ },
  { inputs: { length: 3, keepers: { a: 1 } }, property: "keepers.a", reason: /string/ },
  { inputs: { length: 3, size: 1 }, property: "size", reason: /no property "size"/ },
])("refuses $inputs", async ({ inputs, property, reason }) => {
  const { failures } = await provider.check({ ...of("password"), inputs: inputs as PropertyMap });
  expect(failures).toEqual([{ property, reason: expect.stringMatching(reason) as string }]);
});

const BASE: PropertyMap = { length: 8, keepers: { a: "1" } };

it.each([
  { change: {}, diffs: [], replaces: [] },
  { change: { special: true, numeric: true, minUpper: 0 }, diffs: [], replaces: [] },
  { change: { length: 9 }, diffs: ["length"], replaces: ["length"] },
  { change: { numeric: false }, diffs: ["number", "numeric"], replaces: ["number", "numeric"] },
  { change: { minUpper: 1 }, diffs: ["minUpper"], replaces: ["minUpper"] },
  { change: { overrideSpecial: "-" }, diffs: ["overrideSpecial"], replaces: ["overrideSpecial"] },
  { change: { keepers: { a: "2" } }, diffs: ["keepers"], replaces: ["keepers"] },
  { change: { keepers: { a: UNKNOWN } }, diffs: ["keepers"], replaces: ["keepers"] },
  { change: { keepers: null }, diffs: ["keepers"], replaces: ["keepers"] },
])("answers a change of $change", async ({ change, diffs, replaces }) => {
  const { id, outputs } = await make("password", BASE);
  const inputs = { ...BASE, ...change } as PropertyMap;
  const answer = await provider.diff({ ...of("password"), id, oldInputs: BASE, oldOutputs: outputs, inputs });
  expect(answer).toEqual({ changes: diffs.length > 0, diffs, replaces });
});

it("keeps the result when empty keepers are added, and when it is refreshed", async () => {
  const { id, outputs } = await make("password", { length: 8 });
  const inputs = { length: 8, keepers: {} };
  const request = { ...of("password"), id, oldInputs: { length: 8 }, oldOutputs: outputs, inputs };
  expect(await provider.diff(request)).toEqual({ changes: true, diffs: ["keepers"], replaces: [] });
  const updated = await provider.update({ ...request, preview: false });
  expect(updated.outputs).toMatchObject({ result: outputs["result"], keepers: {} });

  const read = await provider.read({ ...of("password"), id, inputs: { length: 8 }, outputs });
  expect(read).toEqual({ id, inputs: { length: 8 }, outputs });
});

it("marks secret in the outputs what is secret in the inputs", async () => {
  const { outputs } = await make("uuid", { keepers: { a: new Secret("x"), b: "y" } });
  expect(outputs["keepers"]).toEqual({ a: new Secret("x"), b: "y" });
});

it("imports a password and a UUID by their value", async () => {
  const password = await provider.read({ ...of("password"), id: "s3cret!" });
  expect(password).toMatchObject({
    id: "none",
    inputs: { length: 7 },
    outputs: { length: 7, result: new Secret("s3cret!") },
  });
  const uuid = await provider.read({ ...of("uuid"), id: "0F8FAD5B-D9CB-469F-A165-70867728950E" });
  expect(uuid).toMatchObject({ id: "0f8fad5b-d9cb-469f-a165-70867728950e", inputs: {} });
  await expect(provider.read({ ...of("uuid"), id: "no" })).rejects.toThrow(/"no" is not a UUID/);
});

it("refuses other types by name", async () => {
  const cat = { urn: "u", type: "random:index/randomCat:RandomCat", name: "it", inputs: {} };
  await expect(provider.check(cat)).rejects.toThrow(
    /does not support the resource type random:index\/randomCat:RandomCat/,
  );
});
