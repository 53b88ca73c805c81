import { bridgeProvider } from "../../../providers/base/bridge";
import type { ResourceSpec } from "../../../providers/base/bridge-spec";
import { InitError, type DiffKind, type ResourceProvider } from "../../../providers/base/provider";
import { Secret, UNKNOWN, type PropertyMap } from "../../../providers/base/values";

/** A store of things in memory: what this file tests lies above the server. */
class Store {
  readonly things = new Map<string, PropertyMap>();
  failAfterCreate = false;
}

const THING: ResourceSpec<Store> = {
  fields: {
    name: { type: "string", required: true, forceNew: true },
    size: { type: "int", default: -1 },
    enabled: { type: "bool", default: false },
    note: { type: "string" },
    owner: { type: "string", computed: true },
    key: { type: "string", sensitive: true },
    roles: { type: "set" },
    steps: { type: "list" },
    labels: { type: "map" },
    block: {
      type: "list",
      maxItemsOne: true,
      element: {
        mode: { type: "string", required: true, forceNew: true },
        level: { type: "int", default: 3 },
        paths: { type: "list", renamedFrom: "path" },
      },
    },
    rules: { type: "set", element: { to: { type: "string", required: true }, port: { type: "int" } } },
    serial: { type: "string", outputOnly: true },
  },
  autoname: "name",
  id: (inputs) => String(inputs.name),
  async create(store, inputs, exists) {
    exists();
    if (store.failAfterCreate) throw new Error(`half done with ${String(inputs.key)}`);
    store.things.set(String(inputs.name), { ...inputs, owner: inputs.owner ?? "root", serial: "s-1" });
  },
  read: async (store, id) => store.things.get(id),
  async update(store, id, inputs) {
    store.things.set(id, { ...store.things.get(id), ...inputs, owner: inputs.owner ?? "root", serial: "s-1" });
  },
  delete: async (store, id) => void store.things.delete(id),
};

const base = { urn: "urn:pulumi:test::test::t:index:Thing::it", type: "t:index:Thing", name: "it" };

let store: Store;
let provider: ResourceProvider;

beforeEach(async () => {
  store = new Store();
  provider = bridgeProvider({
    package: "t",
    config: {},
    resources: { [base.type]: THING },
    connect: async () => store,
    disconnect: async () => undefined,
  });
  await provider.configure({});
});

const check = async (inputs: PropertyMap, oldInputs?: PropertyMap) => provider.check({ ...base, inputs, oldInputs });

async function create(given: PropertyMap) {
  const { inputs } = await check({ name: "a", ...given });
  return { inputs, ...(await provider.create({ ...base, inputs, preview: false })) };
}

async function diff(outputs: PropertyMap, given: PropertyMap, ignoreChanges?: readonly string[]) {
  const { inputs } = await check({ name: "a", ...given });
  const old = { id: "a", oldInputs: {}, oldOutputs: outputs };
  return provider.diff({ ...base, ...old, inputs, ignoreChanges });
}

async function kinds(
  from: PropertyMap,
  to: PropertyMap,
  ignoreChanges?: readonly string[],
): Promise<Record<string, DiffKind>> {
  const { detailedDiff } = await diff((await create(from)).outputs, to, ignoreChanges);
  return Object.fromEntries(Object.entries(detailedDiff ?? {}).map(([path, { kind }]) => [path, kind]));
}

describe("check", () => {
  it("lists what it filled in, at the top and in each block, but not in a map", async () => {
    const given = { name: "a", block: { mode: "x" }, labels: { a: "1" }, rules: [{ to: "b" }] };
    expect((await check(given)).inputs).toEqual({
      __defaults: ["size"],
      name: "a",
      size: -1,
      block: { __defaults: ["level"], mode: "x", level: 3 },
      labels: { a: "1" },
      rules: [{ __defaults: [], to: "b" }],
    });
  });

  it("names a thing after its resource and a seed, and keeps an old name", async () => {
    const randomSeed = new Uint8Array([0xab, 0xcd, 0xef, 0x12, 0x34]);
    const fresh = await provider.check({ ...base, inputs: {}, randomSeed });
    expect(fresh.inputs).toMatchObject({ name: "it-abcdef1", __defaults: ["name", "size"] });
    const again = await provider.check({
      ...base,
      inputs: {},
      oldInputs: { __defaults: [], name: "mine" },
      randomSeed,
    });
    expect(again.inputs).toMatchObject({ name: "mine", __defaults: ["name", "size"] });
  });

  it("takes values of another type where they can mean nothing else", async () => {
    const given = { name: 5, size: "7", enabled: "true", labels: { n: 1, b: true } };
    expect((await check(given)).inputs).toMatchObject({
      name: "5",
      size: 7,
      enabled: true,
      labels: { n: "1", b: "true" },
    });
  });

  it.each<[string, PropertyMap, string, string]>([
    ["an unknown property", { nmae: "x" }, "nmae", 'did you mean "name"'],
    ["an unknown property of a block", { block: { mode: "x", lvl: 1 } }, "block.lvl", "unknown property"],
    ["a property that only the provider sets", { serial: "x" }, "serial", "set by the provider"],
    ["a missing property of a block", { block: {} }, "block.mode", "missing"],
    ["a wrong type", { size: "many" }, "size", "a whole number"],
    ["a wrong type deep down", { rules: [{ to: "a" }, { to: [] }] }, "rules[1].to", "a string"],
    ["a list instead of a block", { block: [{ mode: "x" }] }, "block", "an object"],
  ])("refuses %s by its path", async (_, given, property, reason) => {
    const { failures } = await check({ name: "a", ...given });
    expect(failures).toEqual([{ property, reason: expect.stringContaining(reason) as string }]);
  });

  it("does not tell the value of a secret that has a wrong type", async () => {
    const { failures } = await check({ name: "a", size: new Secret("hidden-value") });
    expect(JSON.stringify(failures)).not.toContain("hidden-value");
    expect(failures).toHaveLength(1);
  });

  it("lets unknowns pass and marks what is sensitive", async () => {
    const { inputs, failures } = await check({ name: UNKNOWN, key: "k", block: { mode: UNKNOWN } });
    expect(failures).toEqual([]);
    expect(inputs).toMatchObject({ name: UNKNOWN, key: new Secret("k"), block: { mode: UNKNOWN } });
  });
});

describe("diff", () => {
  it.each<[string, PropertyMap, PropertyMap, Record<string, DiffKind>]>([
    ["nothing", { roles: ["b", "a"] }, { roles: ["a", "b"] }, {}],
    ["a value that comes", {}, { note: "x" }, { note: "add" }],
    ["a value that goes", { note: "x" }, {}, { note: "delete" }],
    ["a zero that was not set", {}, { enabled: false, note: "", roles: [] }, {}],
    ["a computed value that is no longer given", { owner: "me" }, {}, {}],
    ["a name", {}, { name: "b" }, { name: "update-replace" }],
    [
      "a member that a set lost, by its place in the sorted state",
      { roles: ["u", "c"] },
      { roles: ["u"] },
      { "roles[0]": "delete" },
    ],
    [
      "a member that a set got, by its place in the program",
      { roles: ["u"] },
      { roles: ["u", "c"] },
      { "roles[1]": "add" },
    ],
    [
      "members of a set that changed places",
      { roles: ["a", "b"] },
      { roles: ["b", "c"] },
      { "roles[0]": "delete", "roles[1]": "add" },
    ],
    ["a whole set that goes", { roles: ["a"] }, {}, { roles: "delete" }],
    ["a list, by index", { steps: ["a", "b"] }, { steps: ["b"] }, { "steps[0]": "update", "steps[1]": "delete" }],
    [
      "a key of a map",
      { labels: { "x-y": "1", z: "1" } },
      { labels: { "x-y": "2" } },
      { 'labels["x-y"]': "update", "labels.z": "delete" },
    ],
    [
      "a property of a block",
      { block: { mode: "x" } },
      { block: { mode: "x", level: 9 } },
      { "block.level": "update" },
    ],
    [
      "a property of a block that replaces",
      { block: { mode: "x" } },
      { block: { mode: "y" } },
      { "block.mode": "update-replace" },
    ],
    ["a block that comes, with what replaces inside", {}, { block: { mode: "x" } }, { block: "add-replace" }],
    [
      "a property of a set's block",
      { rules: [{ to: "a", port: 1 }] },
      { rules: [{ to: "a", port: 2 }] },
      { "rules[0].port": "update" },
    ],
    ["an unknown value", { note: "x" }, { note: UNKNOWN }, { note: "update" }],
    ["an unknown value that replaces", {}, { name: UNKNOWN }, { name: "update-replace" }],
    ["an unknown member of a set", { roles: ["a"] }, { roles: ["a", UNKNOWN] }, { roles: "update" }],
    ["a secret of the same value", { note: new Secret("x") }, { note: "x" }, {}],
  ])("tells %s", async (_, from, to, expected) => {
    expect(await kinds(from, to)).toEqual(expected);
  });

  it.each<[string, PropertyMap, PropertyMap, readonly string[]]>([
    ["a property", { note: "x" }, { note: "y" }, ["note"]],
    ["a property that the program does not have", { roles: ["a"] }, {}, ["roles"]],
    ["a property of a block", { block: { mode: "x" } }, { block: { mode: "y" } }, ["block.mode"]],
    ["a key of a map", { labels: { "x-y": "1" } }, { labels: { "x-y": "2" } }, ['labels["x-y"]']],
    ["each member of a list", { steps: ["a", "b"] }, { steps: ["c", "d"] }, ["steps[*]"]],
  ])("ignores %s when told to, and so does an update", async (_, from, to, ignoreChanges) => {
    expect(await kinds(from, to, ignoreChanges)).toEqual({});
    store.things.clear();
    const held = await create(from);
    const { inputs } = await check({ name: "a", ...to });
    const old = { id: "a", oldInputs: held.inputs, oldOutputs: held.outputs };
    const updated = await provider.update({ ...base, ...old, inputs, ignoreChanges, preview: false });
    expect(updated.outputs).toEqual(held.outputs);
  });

  it("deletes first only what was named by the program", async () => {
    const { outputs } = await create({ block: { mode: "x" } });
    const block = { mode: "y" };
    expect(await diff(outputs, { block })).toMatchObject({ replaces: ["block"], deleteBeforeReplace: true });
    const { inputs } = await check({ block }, { name: "a" });
    const old = { id: "a", oldInputs: {}, oldOutputs: outputs };
    expect((await provider.diff({ ...base, ...old, inputs })).deleteBeforeReplace).toBeUndefined();
  });
});

describe("outputs", () => {
  it("hold every property, secrets marked, and how Terraform's state follows", async () => {
    const note = new Secret("hush");
    const { outputs } = await create({
      note,
      block: { mode: "x", paths: ["p"] },
      rules: [{ to: "b", port: 1 }],
      roles: ["b", "a"],
    });
    expect(outputs).toEqual({
      __pulumi_raw_state_delta: {
        obj: {
          ps: {
            block: { plu: { i: { obj: { ps: { paths: { arr: {} } }, renamed: { paths: "path" } } } } },
            roles: { arr: {} },
            rules: { arr: { el: { 0: { obj: {} } } } },
          },
        },
      },
      id: "a",
      name: "a",
      size: -1,
      enabled: false,
      note,
      owner: "root",
      key: new Secret(null),
      roles: ["a", "b"],
      steps: null,
      labels: null,
      block: { mode: "x", level: 3, paths: ["p"] },
      rules: [{ to: "b", port: 1 }],
      serial: "s-1",
    });
  });

  it("of a preview are unknown where the provider computes them", async () => {
    const { inputs } = await check({ name: "a" });
    const { id, outputs } = await provider.create({ ...base, inputs, preview: true });
    expect(id).toBe("");
    expect(outputs).toMatchObject({ id: UNKNOWN, name: "a", owner: UNKNOWN, serial: UNKNOWN, note: null });
    expect(store.things.size).toBe(0);
    const held = await create({});
    const changed = (await check({ name: "a", note: "x" })).inputs;
    const old = { id: "a", oldInputs: held.inputs, oldOutputs: held.outputs };
    const update = await provider.update({ ...base, ...old, inputs: changed, preview: true });
    expect(update.outputs).toEqual({ ...held.outputs, note: "x" });
    expect(store.things.get("a")?.note).toBeNull();
  });

  it("of a creation that stopped half way are saved with the reason, without the secrets", async () => {
    store.failAfterCreate = true;
    const error = await create({ key: "k-secret" }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InitError);
    expect(error).toMatchObject({ id: "a", reasons: ["half done with [secret]"] });
    expect((error as InitError).outputs).toMatchObject({ id: "a", name: "a", key: new Secret("k-secret") });
  });
});

describe("read", () => {
  it("rebuilds the declared inputs from what is there", async () => {
    const held = await create({ note: new Secret("x"), roles: ["b", "a"], block: { mode: "x" }, enabled: true });
    store.things.set("a", { ...store.things.get("a"), note: "y", enabled: false, size: 4, steps: ["s"] });
    const read = await provider.read({ ...base, ...held });
    expect(read?.inputs).toEqual({
      name: "a",
      size: 4,
      note: new Secret("y"),
      enabled: false,
      roles: ["a", "b"],
      block: { __defaults: ["level"], mode: "x", level: 3 },
    });
    expect(read?.outputs).toMatchObject({ note: new Secret("y"), steps: ["s"] });
  });

  it("keeps the defaults that still hold and nothing of those that do not", async () => {
    const held = await create({});
    expect((await provider.read({ ...base, ...held }))?.inputs).toEqual({ __defaults: ["size"], name: "a", size: -1 });
  });

  it("of an import gives inputs for what is set", async () => {
    await create({ note: "x", block: { mode: "x" } });
    expect((await provider.read({ ...base, id: "a" }))?.inputs).toEqual({
      __defaults: [],
      name: "a",
      size: -1,
      note: "x",
      owner: "root",
      block: { __defaults: [], mode: "x", level: 3 },
    });
    expect(await provider.read({ ...base, id: "none" })).toBeUndefined();
  });
});

it("a resource type that it does not have is refused by name", async () => {
  await expect(provider.check({ ...base, type: "t:index:Other", inputs: {} })).rejects.toThrow(
    "has no resource type t:index:Other: it has t:index:Thing",
  );
});

it("tells what an interrupted creation would have made", async () => {
  expect(provider.identify({ ...base, inputs: { name: "a" } })).toEqual({ kind: "id", id: "a" });
});
