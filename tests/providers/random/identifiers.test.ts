import { createRandomProvider } from "../../../providers/random";
import { revealMap, Secret } from "../../../providers/base/values";
import type { PropertyMap } from "../../../providers/base/values";

const provider = createRandomProvider();
type Kind = "Bytes" | "Id" | "Integer" | "Pet" | "Shuffle" | "Uuid" | "Uuid4" | "Uuid7";
const of = (kind: Kind) => {
  return { urn: "urn:pulumi:dev::test::t::it", type: `random:index/random${kind}:Random${kind}`, name: "it" };
};
const make = (kind: Kind, inputs: PropertyMap) => provider.create({ ...of(kind), inputs, preview: false });
const imported = async (kind: Kind, id: string) => {
  const read = await provider.read({ ...of(kind), id });
  return read && { id: read.id, inputs: read.inputs, outputs: revealMap(read.outputs) };
};
const reasons = async (kind: Kind, inputs: PropertyMap) =>
  (await provider.check({ ...of(kind), inputs })).failures.map(({ reason }) => reason);

test("a RandomId is one number in four forms, each with the prefix", async () => {
  const { id, outputs } = await make("Id", { byteLength: 9, prefix: "p-" });
  const bytes = Buffer.from(id, "base64url");
  expect(bytes).toHaveLength(9);
  expect(outputs).toMatchObject({
    ...{ b64Url: `p-${id}`, b64Std: `p-${bytes.toString("base64")}`, hex: `p-${bytes.toString("hex")}` },
    dec: `p-${BigInt(`0x${bytes.toString("hex")}`)}`,
  });
  expect(await imported("Id", `p-,${id}`)).toMatchObject({ id, inputs: { byteLength: 9, prefix: "p-" } });
});

test("RandomBytes are secrets and are not their own id", async () => {
  const { id, outputs } = await make("Bytes", { length: 12 });
  expect(id).toBe("none");
  expect([outputs["base64"], outputs["hex"]]).toEqual([expect.any(Secret), expect.any(Secret)]);
  const { base64, hex } = revealMap(outputs);
  expect(Buffer.from(String(base64), "base64").toString("hex")).toBe(hex);
  expect(String(hex)).toHaveLength(24);
  expect(await imported("Bytes", "AQID")).toMatchObject({ inputs: { length: 3 }, outputs: { hex: "010203" } });
});

test.each([
  [1, 3],
  [-5, -5],
  [-(2 ** 50), 2 ** 51],
])("a RandomInteger lies from %d to %d, both included", async (min, max) => {
  const drawn = await Promise.all(Array.from({ length: 60 }, () => make("Integer", { min, max })));
  const results = drawn.map(({ outputs }) => Number(outputs["result"]));
  expect(results.every((result) => Number.isInteger(result) && result >= min && result <= max)).toBe(true);
  if (max - min < 3) expect(new Set(results).size).toBe(max - min + 1);
  expect(drawn.map(({ id }) => id)).toEqual(results.map(String));
  expect(await imported("Integer", `${min},${min},${max}`)).toMatchObject({ inputs: { min, max } });
});

test.each<[string, number | undefined, number]>([
  ["all of them", undefined, 4],
  ["some of them", 2, 2],
  ["each as often as any other, but for one", 10, 10],
])("a RandomShuffle gives %s", async (_, resultCount, length) => {
  const inputs = ["a", "b", "c", "d"];
  const { id, outputs } = await make("Shuffle", { inputs, ...(resultCount !== undefined && { resultCount }) });
  const results = outputs["results"] as string[];
  expect([id, results.length]).toEqual(["-", length]);
  const counts = inputs.map((input) => results.filter((result) => result === input).length);
  expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  expect(outputs["__pulumi_raw_state_delta"]).toMatchObject({
    obj: { ps: { inputs: { arr: {} } }, renamed: { inputs: "input", results: "result" } },
  });
});

test.each<[PropertyMap, RegExp]>([
  [{}, /^[a-z]+-[a-z]+$/],
  [{ length: 4, separator: "_" }, /^[a-z]+(_[a-z]+){3}$/],
  [{ length: 1, prefix: "my" }, /^my-[a-z]+$/],
])("a RandomPet of %j is its own id", async (inputs, pattern) => {
  const { id, outputs } = await make("Pet", inputs);
  expect(id).toMatch(pattern);
  expect(outputs["id"]).toBe(id);
});

test.each<[Kind, RegExp]>([
  ["Uuid4", /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
  ["Uuid7", /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
])("a Random%s is of its version", async (kind, pattern) => {
  const before = Date.now();
  const { id } = await make(kind, {});
  expect(id).toMatch(pattern);
  const time = parseInt(id.replace("-", "").slice(0, 12), 16);
  if (kind === "Uuid7") expect(before <= time && time <= Date.now()).toBe(true);
  expect(await imported(kind, id.toUpperCase())).toMatchObject({ id, outputs: { result: id } });
});

test.each<[Kind, PropertyMap, RegExp]>([
  ["Id", { byteLength: 0 }, /byteLength is 0, the least is 1/],
  ["Integer", { min: 3, max: 2 }, /max is 2, less than min, which is 3/],
  ["Integer", { min: 1, max: 2, seed: "x" }, /results of a seed cannot be had here; leave it out/],
  ["Shuffle", { inputs: "a" }, /inputs must be a list/],
])("Random%s refuses %j", async (kind, inputs, reason) => {
  expect(await reasons(kind, inputs)).toEqual([expect.stringMatching(reason)]);
});

test.each<[Kind, string]>([
  ["Id", "no base64!"],
  ["Bytes", "no base64!"],
  ["Integer", "1,2"],
  ["Uuid7", "x"],
])("Random%s says by what it is imported when that is %j", async (kind, id) => {
  await expect(imported(kind, id)).rejects.toThrow(/imported/);
});

test("what decides about the result replaces, and nothing is said to change otherwise", async () => {
  const inputs = { min: 1, max: 9, keepers: { a: "1" } };
  const { id, outputs } = await make("Integer", inputs);
  const diff = (changed: PropertyMap) =>
    provider.diff({ ...of("Integer"), id, oldInputs: inputs, oldOutputs: outputs, inputs: { ...inputs, ...changed } });
  expect((await diff({})).changes).toBe(false);
  expect((await diff({ max: 8 })).replaces).toEqual(["max"]);
  expect((await diff({ keepers: { a: "2" } })).replaces).toEqual(["keepers"]);
});
