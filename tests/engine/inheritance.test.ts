/** @jest-environment ./tests/engine/support/real-process-environment.js */
import * as pulumi from "@pulumi/pulumi";
import { Group, TestStack, Thing } from "./support/harness";

/** Declares "child" in a component of its own in a component with these options. */
function family(opts: pulumi.ComponentResourceOptions, child: pulumi.CustomResourceOptions = {}): void {
  const parent = new Group("inner", { parent: new Group("outer", opts) });
  new Thing("child", { value: 1 }, { parent, ...child });
}

test("what is in a component goes through its transforms, its own first", async () => {
  const stack = new TestStack();
  const order: string[] = [];
  const note =
    (name: string): pulumi.ResourceTransform =>
    ({ type, props, opts }) => {
      if (type !== "test:index:Thing") return undefined;
      order.push(name);
      return { props: { ...props, [name]: true }, opts };
    };
  const result = await stack.up(() => {
    void pulumi.runtime.registerResourceTransform(note("stack"));
    family({ transforms: [note("outer")] }, { transforms: [note("child")] });
    new Thing("elsewhere");
  });
  expect(result.errors).toEqual([]);
  expect(stack.state("child").inputs).toEqual({ value: 1, child: true, outer: true, stack: true });
  expect(stack.state("elsewhere").inputs).toEqual({ stack: true });
  expect(order.filter((name) => name !== "stack")).toEqual(["child", "outer"]);
});

test("retainOnDelete, deletedWith and protect of a component hold for what is in it", async () => {
  const stack = new TestStack();
  await stack.up(() => family({ retainOnDelete: true, protect: true }));
  expect(stack.state("child")).toMatchObject({ retainOnDelete: true, protect: true });
  await stack.up(() => {
    const host = new Thing("host");
    family({ deletedWith: host, protect: false });
  });
  expect(stack.state("child").retainOnDelete).toBeUndefined();
  expect(stack.state("child").deletedWith).toBe(stack.state("host").urn);
  await stack.destroy();
  expect(stack.world.calls.filter((call) => call.startsWith("delete"))).toEqual(["delete host"]);
});

test("a child has the last word on what it would take from its parent", async () => {
  const stack = new TestStack();
  await stack.up(() => family({ retainOnDelete: true, protect: true }, { retainOnDelete: false, protect: false }));
  expect(stack.state("child").retainOnDelete).toBeUndefined();
  expect(stack.state("child").protect).toBeUndefined();
});

test("a transform sees the aliases that the program declares, and may add to them", async () => {
  const stack = new TestStack();
  await stack.up(() => {
    new Thing("first", { key: "1" });
    new Thing("second", { key: "2" });
  });
  const seen: unknown[] = [];
  const alias = (name: string): pulumi.ResourceTransform => {
    return ({ props, opts }) => {
      seen.push(...(opts.aliases as unknown[]));
      return { props, opts: { ...opts, aliases: [...((opts.aliases as pulumi.Alias[]) ?? []), { name }] } };
    };
  };
  const result = await stack.up(() => {
    new Thing("a", { key: "1" }, { aliases: [{ name: "first" }], transforms: [alias("unused")] });
    new Thing("b", { key: "2" }, { transforms: [alias("second")] });
  });
  expect(result.errors).toEqual([]);
  expect(seen).toEqual([expect.objectContaining({ name: "first" })]);
  expect(result.steps.sort()).toEqual(["same a", "same b"]);
});
