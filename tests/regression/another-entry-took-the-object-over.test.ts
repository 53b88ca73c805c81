/** @jest-environment ./tests/engine/support/real-process-environment.js */
import { TestStack, Thing } from "../engine/support/harness";

/** The old entry of a resource that was renamed without an alias took the new one's object down with it. */
test("a resource that is renamed without an alias keeps its object", async () => {
  const stack = new TestStack();
  await stack.up(() => void new Thing("a", { key: "k", value: 1 }));
  const result = await stack.up(() => void new Thing("b", { key: "k", value: 2 }));
  expect(result.errors).toEqual([]);
  expect(result.steps).toEqual(["create b", "delete a"]);
  expect(stack.world.calls).not.toContain("delete k");
  expect(stack.world.objects.get("k")).toEqual({ key: "k", value: 2, made: 2 });
  expect(stack.names()).toEqual(["b"]);
  await stack.destroy();
  expect(stack.world.objects.size).toBe(0);
});
