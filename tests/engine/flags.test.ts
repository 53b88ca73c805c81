/** @jest-environment ./tests/engine/support/real-process-environment.js */
import { TestStack, Thing } from "./support/harness";

const chain = () => {
  const a = new Thing("a", { value: 1 });
  const b = new Thing("b", { value: a.made });
  new Thing("c", { value: b.made });
  new Thing("free");
};

test("--replace replaces what did not change", async () => {
  const stack = new TestStack();
  await stack.up(chain);
  const result = await stack.up(chain, { replace: ["**::free"] });
  expect(result.steps).toContain("replace free");
  expect(stack.world.objects.get("free")).toEqual({ made: 5 });
});

test("--target-dependents takes along what depends on a target", async () => {
  const stack = new TestStack();
  await stack.up(chain);
  const urn = stack.state("b").urn;
  const refused = await stack.destroy({ targets: [urn] });
  expect(refused.errors).toEqual([expect.stringMatching(/cannot be deleted alone: .*::c depends on it/)]);
  const result = await stack.destroy({ targets: [urn], targetDependents: true });
  expect(result.steps).toEqual(["delete c", "delete b", "same free", "same a"]);
  expect(stack.names().sort()).toEqual(["a", "free"]);
});

test("a target that is no resource fails the operation", async () => {
  const stack = new TestStack();
  const result = await stack.up(chain, { targets: ["urn:pulumi:dev::tests::test:index:Thing::typo"] });
  expect(result.errors).toEqual([
    expect.stringContaining("there is no resource urn:pulumi:dev::tests::test:index:Thing::typo"),
  ]);
});

test("--exclude-protected leaves what is protected and what that depends on", async () => {
  const stack = new TestStack();
  await stack.up(() => {
    const a = new Thing("a");
    new Thing("b", {}, { dependsOn: a, protect: true });
    new Thing("c");
  });
  const result = await stack.destroy({ excludeProtected: true });
  expect(result.steps).toEqual(["delete c", "same a", "same b"]);
  expect(stack.names()).toEqual(["a", "b"]);
});

test("--continue-on-error goes on with what does not depend on the failure, and deletes nothing", async () => {
  const stack = new TestStack();
  await stack.up(() => void new Thing("dropped"));
  stack.world.on = (call) => {
    if (call === "create a") throw new Error("no");
  };
  const result = await stack.up(chain, { continueOnError: true });
  expect(result.failed).toBe(true);
  expect(result.errors).toHaveLength(1);
  expect(stack.names().sort()).toEqual(["dropped", "free"]);
});

test("two resources of one physical object are refused, by both names", async () => {
  const stack = new TestStack();
  const result = await stack.preview(() => {
    new Thing("a", { key: "same" });
    new Thing("b", { key: "same" });
  });
  expect(result.errors).toEqual([expect.stringMatching(/::b and .*::a are the same object \("same"\)/)]);
});

test("a deletion that fails because the object is gone counts as done", async () => {
  const stack = new TestStack();
  await stack.up(() => void new Thing("a"));
  stack.world.objects.delete("a");
  stack.world.on = (call) => {
    if (call === "delete a") throw new Error("role does not exist");
  };
  const result = await stack.destroy();
  expect(result.failed).toBe(false);
  expect(stack.names()).toEqual([]);
});

test("a step tells which resource a changed input came from", async () => {
  const stack = new TestStack();
  const program = (key: string) => () => {
    const a = new Thing("a", { key });
    new Thing("b", { value: a.made, own: key });
  };
  await stack.up(program("one"));
  const result = await stack.up(program("two"));
  const step = result.events.find((event) => event.kind === "step-done" && event.step.op === "update");
  expect(step).toMatchObject({
    step: {
      diffReasons: expect.arrayContaining(["value", "own"]) as string[],
      because: { value: [stack.state("a").urn] },
    },
  });
});

test("a creation that outlasts its timeout stays open, and the next run finds it", async () => {
  const stack = new TestStack();
  const program = () => void new Thing("a", { value: 1 }, { customTimeouts: { create: "50ms" } });
  let release: () => void = () => undefined;
  stack.world.on = (call) => (call === "create a" ? new Promise<void>((resolve) => (release = resolve)) : undefined);
  const late = await stack.up(program);
  expect(late.errors).toEqual([expect.stringMatching(/longer than the 0.05 s of customTimeouts/)]);
  release();
  stack.world.on = () => undefined;
  await new Promise((resolve) => setImmediate(resolve));
  const result = await stack.up(program);
  expect(result.steps).toEqual(["same a"]);
  expect(stack.world.made).toBe(1);
});

test("--clear-pending-creates forgets interrupted creations of which nobody knows what became, and no other", async () => {
  const stack = new TestStack();
  await stack.up(() => void new Thing("a"));
  const resource = { ...stack.state("a"), urn: `${stack.state("a").urn}-lost`, inputs: { key: "lost" } };
  stack.snapshot = { ...stack.snapshot, pendingOperations: [{ type: "creating", resource }] };
  const told = await stack.refresh();
  expect(told.events).toContainEqual(
    expect.objectContaining({ message: expect.stringMatching(/nobody knows .* --clear-pending-creates/) as string }),
  );
  expect(stack.snapshot.pendingOperations).toHaveLength(1);
  await stack.refresh({ clearPendingCreates: true });
  expect(stack.snapshot.pendingOperations).toEqual([]);
  expect(stack.names()).toEqual(["a"]);
});
