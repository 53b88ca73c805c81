/** @jest-environment ./tests/engine/support/real-process-environment.js */
import * as pulumi from "@pulumi/pulumi";
import { TestStack } from "./support/harness";

const program = (input: unknown, opts?: pulumi.CustomResourceOptions) => () => {
  const stash = new pulumi.Stash("kept", { input }, opts);
  return { input: stash.input, output: stash.output };
};

test("a Stash keeps the value that it was made with, until it is replaced", async () => {
  const stack = new TestStack();
  expect((await stack.up(program({ a: 1 }))).outputs).toEqual({ input: { a: 1 }, output: { a: 1 } });
  expect((await stack.up(program({ a: 2 }))).outputs).toEqual({ input: { a: 2 }, output: { a: 1 } });
  expect((await stack.refresh()).errors).toEqual([]);
  const replaced = await stack.up(program({ a: 2 }), { replace: ["**::kept"] });
  expect(replaced.outputs).toEqual({ input: { a: 2 }, output: { a: 2 } });
  expect((await stack.destroy()).errors).toEqual([]);
  expect(stack.snapshot.resources).toEqual([]);
});

test("a secret stays one in a Stash", async () => {
  const stack = new TestStack();
  const { outputs } = await stack.up(program(pulumi.secret("s")));
  expect(JSON.stringify(outputs)).toBe('{"input":"[secret]","output":"[secret]"}');
});
