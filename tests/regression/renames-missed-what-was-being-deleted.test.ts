/** @jest-environment ./tests/engine/support/real-process-environment.js */
import { MemoryRecorder, TestStack, Thing } from "../engine/support/harness";

test("a resource gets another name while what depends on it is deleted for its replacement", async () => {
  const stack = new TestStack();
  stack.world.deleteBeforeReplace = true;
  await stack.up(() => void new Thing("child", { key: "one" }, { dependsOn: new Thing("host", { key: "host" }) }));
  const recorder = new MemoryRecorder(stack.snapshot);
  const change = recorder.change.bind(recorder);
  let isRenamed: () => void = () => undefined;
  const hostIsRenamed = new Promise<void>((resolve) => (isRenamed = resolve));
  const between: unknown[] = [];
  recorder.change = async (...changes) => {
    await change(...changes);
    if (!changes.some(({ put }) => put?.urn.endsWith("::other") === true)) return;
    between.push(recorder.snapshot().resources.find(({ urn }) => urn.endsWith("::child")));
    isRenamed();
  };
  stack.world.on = async (call) => {
    if (call === "delete one") await hostIsRenamed;
  };
  stack.request = { recorder };
  const result = await stack.up(() => {
    new Thing("child", { key: "two" });
    new Thing("other", { key: "host" }, { aliases: [{ name: "host" }] });
  });
  expect(result.errors).toEqual([]);
  // Its object is still there: a crash at this point must not have it forgotten.
  expect(between).toEqual([expect.objectContaining({ id: "one", dependencies: [expect.stringMatching(/::other$/)] })]);
  expect(between[0]).not.toHaveProperty("pendingReplacement");
  expect(stack.world.calls.filter((call) => call.startsWith("delete"))).toEqual(["delete one"]);
  expect([...stack.world.objects.keys()].sort()).toEqual(["host", "two"]);
});
