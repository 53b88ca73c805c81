/** @jest-environment ./tests/engine/support/real-process-environment.js */
import { TestStack, Thing } from "../engine/support/harness";

async function stackWithManagedA(opts = {}): Promise<TestStack> {
  const stack = new TestStack();
  stack.world.objects.set("there", { key: "there", made: 9 });
  await stack.up(() => void new Thing("a", { key: "ours" }, opts));
  return stack;
}

const reading = (id: string) => () => void new Thing("a", {}, { id });

test("a resource that is read from now on gives up the object that it managed", async () => {
  const stack = await stackWithManagedA();
  const result = await stack.up(reading("there"));
  expect(result.errors).toEqual([]);
  expect(result.steps).toEqual(["read-replacement a", "replace a", "delete-replaced a"]);
  expect([...stack.world.objects.keys()]).toEqual(["there"]);
  expect(stack.state("a")).toMatchObject({ id: "there", external: true });
});

test("a resource that reads the object that it managed lets go of it", async () => {
  const stack = await stackWithManagedA();
  expect((await stack.up(reading("ours"))).steps).toEqual(["read a"]);
  await stack.destroy();
  expect([...stack.world.objects.keys()].sort()).toEqual(["ours", "there"]);
});

test("a protected resource does not give its object up", async () => {
  const stack = await stackWithManagedA({ protect: true });
  const result = await stack.up(reading("there"));
  expect(result.errors).toEqual([expect.stringMatching(/Thing::a is managed, .* it is protected/)]);
  expect([...stack.world.objects.keys()].sort()).toEqual(["ours", "there"]);
});
