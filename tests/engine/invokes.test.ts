/** @jest-environment ./tests/engine/support/real-process-environment.js */
import * as pulumi from "@pulumi/pulumi";
import { Group, TestStack, Thing } from "./support/harness";

type Echo = { readonly echo: Readonly<Record<string, unknown>> };
const echo = (args: Record<string, unknown>, opts: pulumi.InvokeOutputOptions = {}) =>
  pulumi.runtime.invokeOutput<Echo>("test:index:echo", args, opts);

test.each<[string, () => pulumi.Resource]>([
  ["a resource", () => new Thing("a")],
  [
    "a component, and so on its child",
    () => {
      const parent = new Group("g");
      new Thing("child", {}, { parent: new Group("inner", { parent }) });
      return parent;
    },
  ],
])("a function that depends on %s is not called before that has been made", async (_, make) => {
  const stack = new TestStack();
  const called: unknown[] = [];
  const program = () => {
    const result = echo({ x: 1 }, { dependsOn: [make()] });
    return { x: result.apply(({ echo: { x } }) => (called.push(x), x)) };
  };
  const planned = await stack.preview(program);
  expect([planned.errors, called]).toEqual([[], []]);
  expect((await stack.up(program)).outputs).toEqual({ x: 1 });
  expect((await stack.preview(program)).errors).toEqual([]);
  expect(called).toEqual([1, 1]);
});

test("a stack's invoke transforms change what functions are called with, in order", async () => {
  const stack = new TestStack();
  const result = await stack.up(async () => {
    await pulumi.runtime.registerInvokeTransform(({ token, args, opts }) =>
      token === "test:index:echo" ? { args: { ...args, first: 1, last: "first" }, opts } : undefined,
    );
    await pulumi.runtime.registerInvokeTransform(({ args, opts }) => ({ args: { ...args, last: "second" }, opts }));
    return { told: echo({ own: true }).apply((answer) => answer.echo) };
  });
  expect(result.errors).toEqual([]);
  expect(result.outputs).toEqual({ told: { own: true, first: 1, last: "second" } });
});

test("an invoke transform may choose the provider", async () => {
  const stack = new TestStack();
  class TestProvider extends pulumi.ProviderResource {}
  const result = await stack.up(async () => {
    const provider = new TestProvider("test", "chosen", {});
    await pulumi.runtime.registerInvokeTransform(({ args, opts }) => ({ args, opts: { ...opts, provider } }));
    return { told: echo({}).apply((answer) => answer.echo) };
  });
  expect(result.errors).toEqual([]);
  const providers = stack.snapshot.resources.filter(({ type }) => type === "pulumi:providers:test");
  expect(providers.map(({ urn }) => urn.split("::").at(-1))).toEqual(["chosen"]);
});

test("a failure of an invoke transform names it and the function", async () => {
  const stack = new TestStack();
  const result = await stack.up(async () => {
    await pulumi.runtime.registerInvokeTransform(() => {
      throw new Error("not like this");
    });
    return { told: echo({}) };
  });
  expect(result.errors.join()).toMatch(/calling test:index:echo failed: an invoke transform .*not like this/);
});

test("a resource of which a program knows the URN alone is found among those that it has registered", async () => {
  const stack = new TestStack();
  class Known extends pulumi.CustomResource {
    declare readonly value: pulumi.Output<unknown>;
    constructor(urn: string) {
      super("test:index:Thing", "a", { value: undefined }, { urn });
    }
  }
  const result = await stack.up(async () => {
    const made = new Thing("a", { value: 5 });
    return { value: made.urn.apply((urn) => new Known(urn).value) };
  });
  expect(result.errors).toEqual([]);
  expect(result.outputs).toEqual({ value: 5 });
});
