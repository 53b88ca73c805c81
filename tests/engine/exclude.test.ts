/** @jest-environment ./tests/engine/support/real-process-environment.js */
import { TestStack, Thing } from "./support/harness";

const chain = (value: number) => () => {
  const a = new Thing("a", { value });
  const b = new Thing("b", { value: a.value });
  new Thing("c", { value: b.value });
  new Thing("free", { value });
};
const B = ["**::b"];

async function made(): Promise<TestStack> {
  const stack = new TestStack();
  await stack.up(chain(1));
  return stack;
}

test("what is excluded stays as it is, and all else is done", async () => {
  const stack = await made();
  const result = await stack.up(chain(2), { excludes: B });
  expect(result.errors).toEqual([]);
  expect(result.steps.sort()).toEqual(["same b", "same c", "update a", "update free"]);
  expect(stack.state("b").inputs).toEqual({ value: 1 });
});

test("--exclude-dependents leaves what depends on it as well", async () => {
  const stack = await made();
  const result = await stack.up(chain(2), { excludes: ["**::a"], excludeDependents: true });
  expect(result.steps.sort()).toEqual(["same a", "same b", "same c", "update free"]);
});

test("what is excluded and not there is not made, and what needs it is refused", async () => {
  const stack = new TestStack();
  const refused = await stack.up(chain(1), { excludes: B });
  expect(refused.errors).toEqual([expect.stringMatching(/::c refers to .*::b, which does not exist/)]);
  expect((await stack.up(chain(1), { excludes: B, excludeDependents: true })).errors).toEqual([]);
  expect(stack.names().sort()).toEqual(["a", "free"]);
});

test("what is excluded and not declared any more is not deleted, nor what it refers to", async () => {
  const stack = await made();
  await stack.up(() => undefined, { excludes: B });
  expect(stack.names().sort()).toEqual(["a", "b"]);
});

test("a refresh does not read what is excluded", async () => {
  const stack = await made();
  stack.world.calls.length = 0;
  await stack.refresh({ excludes: B });
  expect(stack.world.calls.filter((call) => call.startsWith("read")).sort()).toEqual(["read a", "read c", "read free"]);
});

test.each([
  [false, ["delete c", "delete free", "same a", "same b"], ["a", "b"]],
  [true, ["delete free", "same a", "same b", "same c"], ["a", "b", "c"]],
])(
  "a destroy keeps what is excluded and what that depends on; dependents too: %s",
  async (excludeDependents, steps, left) => {
    const stack = await made();
    const result = await stack.destroy({ excludes: B, excludeDependents });
    expect(result.errors).toEqual([]);
    expect(result.steps.sort()).toEqual(steps);
    expect(stack.names().sort()).toEqual(left);
  },
);

test("an exclusion that names no resource fails the operation", async () => {
  const stack = await made();
  const { errors } = await stack.up(chain(1), { excludes: ["urn:pulumi:dev::tests::test:index:Thing::typo"] });
  expect(errors).toEqual([expect.stringContaining("there is no resource")]);
});
