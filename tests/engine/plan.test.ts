/** @jest-environment ./tests/engine/support/real-process-environment.js */
import { PlanBuilder } from "../../engine/plan";
import type { Plan } from "../../engine/plan";
import { Secret } from "../../providers/base/values";
import { TestStack, Thing } from "./support/harness";
import type { Outcome } from "./support/harness";

async function planOf(stack: TestStack, program: () => unknown): Promise<Plan> {
  const preview = await stack.preview(program);
  expect(preview.errors).toEqual([]);
  const builder = new PlanBuilder();
  for (const event of preview.events) builder.event(event);
  return builder.plan;
}

/** Plans `planned` on top of `before`, then runs `actual` held to the plan. */
async function held(
  before: () => unknown,
  planned: () => unknown,
  actual: () => unknown,
  stack = new TestStack(),
): Promise<Outcome> {
  await stack.up(before);
  stack.request = { plan: await planOf(stack, planned) };
  stack.world.calls.length = 0;
  return stack.up(actual);
}

const nothing = () => undefined;
const one =
  (inputs: Record<string, unknown> = {}, opts = {}) =>
  () =>
    void new Thing("a", inputs, opts);

test("an update does what its plan allows", async () => {
  const stack = new TestStack();
  const program = () => {
    const a = new Thing("a", { key: "new" });
    new Thing("b", { value: a.made });
  };
  const before = () => void [new Thing("a", { key: "old" }), new Thing("gone")];
  const result = await held(before, program, program, stack);
  expect(result.errors).toEqual([]);
  expect(result.steps).toEqual(
    expect.arrayContaining(["create-replacement a", "replace a", "delete-replaced a", "create b", "delete gone"]),
  );
});

test("a run that a failure stopped goes on under the same plan", async () => {
  const stack = new TestStack();
  const program = () => void [new Thing("a"), new Thing("b", { value: 1 })];
  stack.world.on = (call) => {
    if (call === "create b") throw new Error("no");
  };
  expect((await held(nothing, program, program, stack)).failed).toBe(true);
  stack.world.on = () => undefined;
  expect((await stack.up(program)).errors).toEqual([]);
  expect(stack.names().sort()).toEqual(["a", "b"]);
});

test("less than planned is allowed: what was to be replaced or updated may stay", async () => {
  const before = () => {
    const a = new Thing("a", { key: "a1" });
    new Thing("b", { key: a.key });
  };
  const result = await held(before, one({ value: 2 }), one({ value: 2 }));
  expect(result.errors).toEqual([]);
  const unknown = () => {
    const a = new Thing("a", { key: "a2" });
    new Thing("b", { value: a.made.apply(() => 1) });
  };
  const stack = new TestStack();
  const start = () => void [new Thing("a", { key: "a1" }), new Thing("b", { value: 1 })];
  const less = await held(start, unknown, unknown, stack);
  expect(less.errors).toEqual([]);
  expect(less.steps).toContain("same b");
});

const A = "urn:pulumi:dev::tests::test:index:Thing::a";

test.each<[string, () => unknown, () => unknown, () => unknown, RegExp]>([
  ["another input", nothing, one({ value: 1 }), one({ value: 2 }), /properties changed: value;/],
  ["an input more", nothing, one(), one({ value: 2 }), /properties changed: value;/],
  ["an input less", one({ value: 1 }), one({ value: 2 }), one(), /properties changed: value;/],
  ["a deep difference", nothing, one({ value: { x: [1] } }), one({ value: { x: [2] } }), /properties changed: value;/],
  ["another option", nothing, one({}, { protect: true }), one(), /properties changed: the option protect;/],
  ["a resource more", nothing, nothing, one(), /create is not allowed by the plan: no steps were expected/],
  ["a resource less", nothing, one(), nothing, /create was expected, but the program does not declare it/],
  ["a deletion", one(), one(), nothing, /same was expected, but the program does not declare it/],
  ["no deletion", one(), nothing, one(), /same is not allowed by the plan: it is constrained to delete/],
  ["an update", one({ value: 1 }), one({ value: 1 }), one({ value: 2 }), /update is not allowed by the plan: .* same/],
  ["a replacement", one({ value: 1 }), one({ value: 2 }), one({ key: "k" }), /create-replacement is not allowed/],
])(
  "%s that the plan does not hold is refused before anything is touched",
  async (_, before, planned, actual, message) => {
    const stack = new TestStack();
    const result = await held(before, planned, actual, stack);
    expect(result.errors).toEqual([expect.stringMatching(message)]);
    expect(result.errors[0]).toContain(`resource ${A} violates plan: `);
    expect(stack.world.calls.filter((call) => call !== "configure")).toEqual([]);
  },
);

test("a replacement that deletes first is refused while the object is still there", async () => {
  const stack = new TestStack();
  stack.world.deleteBeforeReplace = true;
  const result = await held(one({ key: "one" }), one({ key: "two" }), one({ key: "three" }), stack);
  expect(result.errors).toEqual([expect.stringMatching(/properties changed: key;/)]);
  expect([...stack.world.objects.keys()]).toEqual(["one"]);
});

test("a violation does not tell a secret", async () => {
  const secret = (text: string) => one({ value: new Secret(text) });
  const result = await held(nothing, secret("hidden-1"), secret("hidden-2"));
  expect(JSON.stringify(result.errors)).not.toContain("hidden");
});

test("names are made from the seed of the plan", async () => {
  const stack = new TestStack();
  const seeds: string[] = [];
  const { factory } = stack.world;
  const providers = new Map([
    [
      "test",
      async () => {
        const provider = factory();
        return Object.assign(await provider, {
          check: async ({ inputs, randomSeed }: { inputs: object; randomSeed?: Uint8Array }) => {
            seeds.push(Buffer.from(randomSeed ?? []).toString("hex"));
            return { inputs, failures: [] };
          },
        });
      },
    ],
  ]);
  stack.request = { providers: providers as never };
  const plan = await planOf(stack, one());
  stack.request = { ...stack.request, plan };
  await stack.up(one());
  expect(seeds).toHaveLength(2);
  expect(seeds[0]).toMatch(/^[0-9a-f]{64}$/);
  expect(seeds[1]).toBe(seeds[0]);
});
