/** @jest-environment ./tests/engine/support/real-process-environment.js */
import { Group, TestStack, Thing } from "../engine/support/harness";

/** A rename rewrote references in entries as they had been, also in those that the same run had put new ones for. */
test("a rename does not undo in the state what was updated before", async () => {
  const stack = new TestStack();
  await stack.up(() => {
    const a = new Thing("a");
    new Thing("b", { value: 1, from: a.made });
  });
  const { rootStackResource } = await import("@pulumi/pulumi");
  const result = await stack.up(() => {
    const b = new Thing("b", { value: 2 });
    const parent = new Group("g", { dependsOn: b });
    new Thing("a", {}, { parent, dependsOn: b, aliases: [{ parent: rootStackResource }] });
  });
  expect(result.errors).toEqual([]);
  expect(result.steps).toEqual(["update b", "create g", "same a"]);
  expect(stack.state("b")).toMatchObject({ inputs: { value: 2 }, outputs: { value: 2 }, dependencies: [] });
});

test("a rename reaches what an interrupted run left", async () => {
  const stack = new TestStack();
  const program = (name: string, value: number) => () => {
    const a = new Thing(name, { key: "a", value }, { aliases: [{ name: "a" }] });
    new Thing("b", { value: a.made });
  };
  await stack.up(program("a", 1));
  stack.world.on = (call) => {
    if (call === "update a") throw new Error("no");
  };
  await stack.up(program("renamed", 2));
  expect(stack.state("b").dependencies).toEqual([stack.state("a").urn]);
  stack.world.on = () => undefined;
  await stack.up(program("renamed", 2));
  expect(stack.state("b").dependencies).toEqual([stack.state("renamed").urn]);
});

test("an import under another name is referred to by that name", async () => {
  const stack = new TestStack();
  await stack.up(() => {
    const a = new Thing("a", { key: "own" });
    new Thing("b", { value: a.made });
  });
  stack.world.objects.set("there", { key: "there", made: 9 });
  const result = await stack.up(
    () => void new Thing("renamed", { key: "there" }, { import: "there", aliases: [{ name: "a" }] }),
    { targets: ["**::renamed"] },
  );
  expect(result.errors).toEqual([]);
  expect(stack.state("b").dependencies).toEqual([stack.state("renamed").urn]);
});
