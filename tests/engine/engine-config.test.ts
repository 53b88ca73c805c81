/** @jest-environment ./tests/engine/support/real-process-environment.js */
import * as pulumi from "@pulumi/pulumi";
import { TestStack, Thing } from "./support/harness";

class TestProvider extends pulumi.ProviderResource {
  constructor() {
    super("test", "explicit", {});
  }
}

function configured(key: string, value: string): TestStack {
  const stack = new TestStack();
  stack.request = { config: { values: new Map([[key, value]]), secretKeys: new Set() } };
  return stack;
}

test.each(['["*"]', '["other","test"]'])("default providers are refused where %s disables them", async (disabled) => {
  const stack = configured("pulumi:disable-default-providers", disabled);
  const { errors } = await stack.up(() => void new Thing("a"));
  expect(errors).toEqual([expect.stringMatching(/default provider of the package "test" is disabled/)]);
  expect(stack.snapshot.resources.filter(({ type }) => type.startsWith("pulumi:providers:"))).toEqual([]);
  const explicit = await stack.up(() => void new Thing("a", {}, { provider: new TestProvider() }));
  expect([explicit.errors, explicit.steps]).toEqual([[], ["create a"]]);
});

test.each(['["other"]', "", "[]"])("default providers serve what %j does not disable", async (disabled) => {
  const stack = configured("pulumi:disable-default-providers", disabled);
  expect((await stack.up(() => void new Thing("a"))).errors).toEqual([]);
});

test.each([
  ["pulumi:disable-default-providers", "random", /is not a list of package names/],
  ["pulumi:autonaming", '{"mode":"verbatim"}', /pulumi:autonaming is not supported/],
])("%s of %s is refused", async (key, value, message) => {
  const stack = configured(key, value);
  const { errors } = await stack.up(() => void new Thing("a"));
  expect(errors).toEqual([expect.stringMatching(message)]);
  expect(stack.world.objects.size).toBe(0);
});
