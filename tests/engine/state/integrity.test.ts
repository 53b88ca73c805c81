import type { ResourceState } from "../../../engine/resource-state";
import { arrange, verifyIntegrity } from "../../../engine/state/integrity";
import { resource, urn } from "./helpers";

const THING = "pkg:index:Thing";
const provider = resource("p", { type: "pulumi:providers:pkg", id: "uuid" });
const reference = `${provider.urn}::uuid`;

describe("the integrity check", () => {
  test.each<[string, RegExp, ResourceState[]]>([
    ["a component with an id", /component has an id/, [resource("a", { custom: false })]],
    ["a provider without an id", /provider has no id/, [{ ...provider, id: "" }]],
    ["a missing parent", /parent .*::b is missing/, [resource("a", { parent: urn(THING, "b") })]],
    [
      "a parent that follows",
      /parent .*::b stands after it/,
      [resource("a", { parent: urn(THING, "b") }), resource("b")],
    ],
    ["a missing dependency", /dependency .*::b is missing/, [resource("a", { dependencies: [urn(THING, "b")] })]],
    [
      "a missing property dependency",
      /property dependency/,
      [resource("a", { propertyDependencies: { x: [urn(THING, "b")] } })],
    ],
    ["a missing deletedWith", /deletedWith/, [resource("a", { deletedWith: urn(THING, "b") })]],
    ["an unknown provider", /provider .*::uuid/, [resource("a", { provider: reference })]],
    ["two live entries of one URN", /two entries/, [resource("a"), resource("a")]],
  ])("refuses %s, naming it", (_, rule, resources) => {
    expect(() => verifyIntegrity(resources)).toThrow(rule);
    expect(() => verifyIntegrity(resources)).toThrow(/urn:pulumi:dev::demo::/);
  });

  test("accepts a replaced entry beside its replacement", () => {
    verifyIntegrity([
      provider,
      resource("a", { provider: reference }),
      resource("a", { delete: true, provider: reference }),
    ]);
  });
});

describe("arranging", () => {
  test.each<[string, ResourceState[], string[]]>([
    ["keeps an order that is right", [provider, resource("b"), resource("a")], ["p", "b", "a"]],
    [
      "puts a prerequisite before what needs it, and nothing else elsewhere",
      [resource("x"), resource("a", { dependencies: [urn(THING, "b")] }), resource("y"), resource("b"), resource("z")],
      ["x", "b", "a", "y", "z"],
    ],
    ["puts a provider before its resources", [resource("a", { provider: reference }), provider], ["p", "a"]],
  ])("%s", (_, resources, names) => {
    const arranged = arrange(resources);
    verifyIntegrity(arranged);
    expect(arranged.map((entry) => entry.urn.split("::").at(-1))).toEqual(names);
  });

  test("leaves out references to what is gone", () => {
    const gone = urn(THING, "gone");
    const [entry] = arrange([
      resource("a", { parent: gone, dependencies: [gone], propertyDependencies: { x: [gone] }, deletedWith: gone }),
    ]);
    expect(entry).toEqual({ ...resource("a"), propertyDependencies: { x: [] } });
  });

  test("breaks a cycle that a partly carried out change left", () => {
    const arranged = arrange([
      resource("a", { dependencies: [urn(THING, "b")] }),
      resource("b", { dependencies: [urn(THING, "a")] }),
    ]);
    verifyIntegrity(arranged);
    expect(arranged).toHaveLength(2);
  });

  test("lets a replaced entry depend on the replaced generation and the new one on the new", () => {
    const old = { delete: true } as const;
    const arranged = arrange([
      resource("b", { ...old, dependencies: [urn(THING, "a")] }),
      resource("b", { dependencies: [urn(THING, "a")] }),
      resource("a"),
      resource("a", old),
    ]);
    verifyIntegrity(arranged);
    expect(arranged.map((entry) => `${entry.urn.at(-1)}${entry.delete ? " old" : ""}`)).toEqual([
      "a old",
      "b old",
      "a",
      "b",
    ]);
  });

  test("stands a chain of many thousands", () => {
    const names = Array.from({ length: 20_000 }, (_, index) => `n${index}`);
    const chain = names.map((name, index) =>
      resource(name, { dependencies: index + 1 < names.length ? [urn(THING, `n${index + 1}`)] : [] }),
    );
    const arranged = arrange(chain);
    verifyIntegrity(arranged);
    expect(arranged).toHaveLength(names.length);
  });
});
