/** @jest-environment ./tests/engine/support/real-process-environment.js */
import type { ImportSpec } from "../../engine/operation";
import { Secret } from "../../providers/base/values";
import { TestStack, Thing } from "./support/harness";

const spec = (name: string, more: Partial<ImportSpec> = {}): ImportSpec => ({
  ...{ type: "test:index:Thing", name, id: name, protect: true },
  ...more,
});

function withObjects(...names: string[]): TestStack {
  const stack = new TestStack();
  for (const name of names) stack.world.objects.set(name, { key: name, value: 1, made: 9 });
  return stack;
}

test("takes objects into an empty state, protected, and changes none", async () => {
  const stack = withObjects("a", "b");
  const result = await stack.import(spec("a"), spec("b", { protect: false }));
  expect(result.errors).toEqual([]);
  expect(result.changes).toEqual({ create: 1, import: 2 });
  expect(stack.state("a")).toMatchObject({ id: "a", protect: true, inputs: { key: "a", value: 1 } });
  expect(stack.state("b").protect).toBeUndefined();
  expect(stack.world.calls.filter((call) => !/configure|read/.test(call))).toEqual([]);
  const program = () =>
    void [new Thing("a", { key: "a", value: 1 }, { protect: true }), new Thing("b", { key: "b", value: 1 })];
  expect((await stack.up(program)).steps.sort()).toEqual(["same a", "same b"]);
});

test("puts a child after its parent, whatever comes first from the provider", async () => {
  const stack = withObjects("child");
  const parent = "urn:pulumi:dev::tests::test:index:Group::group";
  const group: ImportSpec = { type: "test:index:Group", name: "group", protect: false };
  const result = await stack.import(group, spec("child", { parent }));
  expect(result.errors).toEqual([]);
  expect(stack.state("child")).toMatchObject({ parent, urn: expect.stringContaining("Group$test:index:Thing::child") });
  expect(stack.state("group")).toMatchObject({ custom: false });
});

test("reads by the provider that is named", async () => {
  const stack = withObjects("a");
  const named = async () => {
    const { ProviderResource } = await import("@pulumi/pulumi");
    class Provider extends ProviderResource {}
    new Provider("test", "mine", { place: "here" });
  };
  await stack.up(named);
  const provider = stack.state("mine");
  expect((await stack.import(spec("a", { provider: provider.urn }))).errors).toEqual([]);
  expect(stack.state("a").provider).toBe(`${provider.urn}::${provider.id ?? ""}`);
});

test.each([
  ["an object that is not there", spec("nowhere"), /there is no test:index:Thing with the id "nowhere"/],
  ["a name that is taken", spec("a", { id: "b" }), /::a is in the state already/],
  [
    "a parent that is not there",
    spec("b", { parent: "urn:pulumi:dev::tests::x:y:Z::p" }),
    /its parent .*::p is not in/,
  ],
  ["a provider that is not there", spec("b", { provider: "urn:pulumi:dev::tests::x:y:Z::p" }), /no provider .*::p/],
])("refuses %s and keeps the state", async (_, wrong, message) => {
  const stack = withObjects("a", "b");
  await stack.import(spec("a"));
  const before = stack.snapshot.resources.length;
  const result = await stack.import(wrong);
  expect(result.failed).toBe(true);
  expect(result.errors).toEqual([expect.stringMatching(message)]);
  expect(stack.snapshot.resources).toHaveLength(before);
});

test("says that an id is taken under another name", async () => {
  const stack = withObjects("a");
  await stack.import(spec("a"));
  const result = await stack.import(spec("b", { id: "a" }));
  const warnings = result.events.flatMap((event) => (event.kind === "diagnostic" ? [event.message] : []));
  expect(warnings).toEqual([expect.stringMatching(/::a has the same id "a"/)]);
});

test("keeps what the provider calls secret", async () => {
  const stack = withObjects();
  stack.world.objects.set("a", { key: "a", value: new Secret("hidden"), made: 1 });
  await stack.import(spec("a"));
  expect(JSON.stringify(stack.state("a"))).not.toContain("hidden");
});
