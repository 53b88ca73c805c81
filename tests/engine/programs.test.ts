/** @jest-environment ./tests/engine/support/real-process-environment.js */
import * as pulumi from "@pulumi/pulumi";
import { TestStack, Thing } from "./support/harness";

test("a resource transform may change inputs and options", async () => {
  const stack = new TestStack();
  const result = await stack.up(() => {
    new Thing(
      "a",
      { value: 1 },
      {
        transforms: [
          async ({ props, opts }) => ({
            props: { ...props, value: 2 },
            opts: pulumi.mergeOptions(opts, { protect: true }),
          }),
        ],
      },
    );
  });
  expect(result.errors).toEqual([]);
  expect(stack.state("a").inputs).toEqual({ value: 2 });
  expect(stack.state("a").protect).toBe(true);
});

test("a stack transform sees every resource", async () => {
  const stack = new TestStack();
  await stack.up(async () => {
    await pulumi.runtime.registerResourceTransform(async ({ type, props, opts }) =>
      type === "test:index:Thing" ? { props: { ...props, tag: "all" }, opts } : undefined,
    );
    new Thing("a");
    new Thing("b", { value: pulumi.secret("s") });
  });
  expect(stack.state("a").inputs).toEqual({ tag: "all" });
  expect(JSON.stringify(stack.state("b").inputs)).toBe('{"tag":"all","value":"[secret]"}');
});

test("a function of a provider is called, after what it depends on", async () => {
  const stack = new TestStack();
  const result = await stack.up(() => {
    const a = new Thing("a", { value: 1 });
    const answer = pulumi.runtime.invokeOutput<{ echo: { x: number } }>("test:index:echo", { x: a.made }, {});
    return { echoed: answer.apply(({ echo }) => echo.x) };
  });
  expect(result.errors).toEqual([]);
  expect(result.outputs).toEqual({ echoed: 1 });
});

test("a StackReference gives the outputs of another stack, its secrets secret", async () => {
  const stack = new TestStack();
  stack.otherStacks.set("organization/net/prod", {
    vhost: "mig",
    token: new (await import("../../providers/base/values")).Secret("t"),
  });
  const program = () => {
    const other = new pulumi.StackReference("organization/net/prod");
    return { vhost: other.getOutput("vhost"), token: other.getOutput("token") };
  };
  const result = await stack.up(program);
  expect(result.errors).toEqual([]);
  expect(JSON.stringify(result.outputs)).toBe('{"token":"[secret]","vhost":"mig"}');
  expect((await stack.refresh()).failed).toBe(false);
  const missing = await stack.up(() => ({ x: new pulumi.StackReference("organization/no/where").getOutput("x") }));
  expect(missing.errors).toEqual([expect.stringContaining('there is no stack "organization/no/where"')]);
});

test("Resource.get reads an object that somebody else manages and never deletes it", async () => {
  const stack = new TestStack();
  stack.world.objects.set("theirs", { value: 7, made: 3 });
  class Existing extends Thing {}
  const program = () => {
    const existing = new Existing("x", {}, { id: "theirs" });
    return { value: existing.value };
  };
  const result = await stack.up(program);
  expect(result.errors).toEqual([]);
  expect(result.outputs).toEqual({ value: 7 });
  expect((await stack.destroy()).failed).toBe(false);
  expect(stack.world.objects.has("theirs")).toBe(true);
});

test("a transform sees and changes every option, also those with a structure of their own", async () => {
  const stack = new TestStack();
  const seen: pulumi.ResourceOptions[] = [];
  await stack.up(() => {
    const other = new Thing("other");
    new Thing(
      "a",
      {},
      {
        customTimeouts: { create: "5m" },
        transforms: [
          async ({ props, opts }) => {
            seen.push(opts);
            const changed = { customTimeouts: { create: "1m", delete: "2m" }, replaceWith: [other] };
            return { props, opts: pulumi.mergeOptions(opts, changed) };
          },
        ],
      },
    );
  });
  expect(seen).toMatchObject([{ customTimeouts: { create: "5m" } }]);
  expect(stack.state("a").customTimeouts).toEqual({ create: 60, delete: 120 });
  expect(stack.state("a").replaceWith).toEqual([stack.state("other").urn]);
});
