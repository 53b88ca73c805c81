/** @jest-environment ./tests/engine/support/real-process-environment.js */
import type { PendingOperation } from "../../engine/resource-state";
import { TestStack, Thing } from "../engine/support/harness";

/** An update or deletion that took effect before its run was killed was taken for not having happened. */
describe("what a killed run was at", () => {
  async function killed(type: PendingOperation["type"]): Promise<TestStack> {
    const stack = new TestStack();
    await stack.up(() => void new Thing("a", { value: 1 }));
    const resource = stack.state("a");
    stack.snapshot = { ...stack.snapshot, pendingOperations: [{ type, resource, journaled: true }] };
    return stack;
  }

  test("an update that happened is undone where the program has gone back", async () => {
    const stack = await killed("updating");
    stack.world.objects.set("a", { value: 2, made: 1 });
    const result = await stack.up(() => void new Thing("a", { value: 1 }));
    expect(result.steps).toEqual(["update a"]);
    expect(stack.world.objects.get("a")).toEqual({ value: 1, made: 1 });
    expect(stack.snapshot.pendingOperations).toEqual([]);
  });

  test("an object whose deletion happened is made again where the program has gone back", async () => {
    const stack = await killed("deleting");
    stack.world.objects.delete("a");
    const result = await stack.up(() => void new Thing("a", { value: 1 }));
    expect(result.steps).toEqual(["create a"]);
    expect(stack.world.objects.has("a")).toBe(true);
  });

  test("a creation that found another object in its place makes it what the program says", async () => {
    const stack = await killed("creating");
    const { id: _id, ...resource } = stack.state("a");
    const resources = stack.snapshot.resources.filter((state) => state.urn !== resource.urn);
    stack.snapshot = { resources, pendingOperations: [{ type: "creating", resource, journaled: true }] };
    stack.world.objects.set("a", { value: 9, made: 1 });
    const result = await stack.up(() => void new Thing("a", { value: 1 }));
    expect(result.steps).toEqual(["update a"]);
  });
});
