/** @jest-environment ./tests/engine/support/real-process-environment.js */
import * as pulumi from "@pulumi/pulumi";
import { MemoryRecorder, TestStack, Thing } from "../engine/support/harness";

test("what does not depend any more on a resource that is deleted first stays, however slow the disk is", async () => {
  const stack = new TestStack();
  stack.world.deleteBeforeReplace = true;
  await stack.up(() => {
    const a = new Thing("a", { key: "one" });
    new Thing("b", { key: pulumi.interpolate`b-${a.key}` });
  });
  const recorder = new MemoryRecorder(stack.snapshot);
  const change = recorder.change.bind(recorder);
  let isDecided: () => void = () => undefined;
  const aIsDecided = new Promise<void>((resolve) => (isDecided = resolve));
  recorder.change = async (...changes) => {
    if (changes.some(({ put }) => put?.urn.endsWith("::b") === true)) await aIsDecided;
    await change(...changes);
  };
  stack.world.on = (call) => {
    if (call.startsWith("delete")) isDecided();
  };
  stack.request = { recorder };
  const result = await stack.up(() => {
    new Thing("b", { key: "b-one" });
    new Thing("a", { key: "two" });
  });
  expect(result.errors).toEqual([]);
  expect(stack.world.calls.filter((call) => call.startsWith("delete"))).toEqual(["delete one"]);
  expect([...stack.world.objects.keys()].sort()).toEqual(["b-one", "two"]);
});
