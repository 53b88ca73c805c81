/** @jest-environment ./tests/engine/support/real-process-environment.js */
import * as pulumi from "@pulumi/pulumi";
import { InitError } from "../../providers/base/provider";
import { TestStack, Thing } from "./support/harness";

type Told = pulumi.ErrorHookArgs;

/** Declares "a" with a hook that wants another try as long as `answer` says so. */
function program(
  told: Told[],
  answer: (args: Told) => boolean | Promise<boolean>,
  inputs: Record<string, unknown> = {},
) {
  return () => {
    const hook = new pulumi.ErrorHook("again", async (args) => {
      told.push(args);
      return answer(args);
    });
    new Thing("a", inputs, { hooks: { onError: [hook] } });
  };
}

/** Lets calls of a kind fail so many times. */
function failing(stack: TestStack, call: string, times: number): void {
  let left = times;
  stack.world.on = (made) => {
    if (made === call && left-- > 0) throw new Error(`the server is away (${left} left)`);
  };
}

test("a creation that fails is tried again as often as a hook wants, and the hook is told what failed", async () => {
  const stack = new TestStack();
  const told: Told[] = [];
  failing(stack, "create a", 2);
  const result = await stack.up(program(told, () => true, { value: 1 }));
  expect([result.errors, result.steps]).toEqual([[], ["create a"]]);
  expect(told).toHaveLength(2);
  expect(told[1]).toMatchObject({ name: "a", failedOperation: "create", newInputs: { value: 1 } });
  expect(told[1]?.errors).toEqual([expect.stringContaining("(0 left)"), expect.stringContaining("(1 left)")]);
  const warnings = result.events.filter((event) => event.kind === "diagnostic" && event.severity === "warning");
  expect(warnings).toHaveLength(2);
  expect(stack.state("a").resourceHooks).toEqual({ onError: ["again"] });
});

test("an update and a deletion are tried again as well", async () => {
  const stack = new TestStack();
  const told: Told[] = [];
  await stack.up(program(told, () => true, { value: 1 }));
  failing(stack, "update a", 1);
  expect((await stack.up(program(told, () => true, { value: 2 }))).errors).toEqual([]);
  failing(stack, "delete a", 1);
  expect(
    (
      await stack.destroy(
        { runProgram: true },
        program(told, () => true),
      )
    ).errors,
  ).toEqual([]);
  expect(told.map(({ failedOperation }) => failedOperation)).toEqual(["update", "delete"]);
  expect(told.map(({ id }) => id)).toEqual(["a", "a"]);
  expect(stack.world.objects.size).toBe(0);
});

test("what no hook wants to be tried again fails as it did", async () => {
  const stack = new TestStack();
  const told: Told[] = [];
  failing(stack, "create a", 5);
  const { errors } = await stack.up(program(told, ({ errors: all }) => all.length < 2));
  expect(errors).toEqual([expect.stringMatching(/creating .* failed: the server is away \(3 left\)/)]);
  expect(stack.names()).toEqual([]);
});

test("a hook that always says yes is not asked for ever", async () => {
  const stack = new TestStack();
  const told: Told[] = [];
  failing(stack, "create a", 1000);
  expect((await stack.up(program(told, () => true))).failed).toBe(true);
  expect(told).toHaveLength(99);
});

test("a hook that fails says so beside what failed first", async () => {
  const stack = new TestStack();
  failing(stack, "create a", 1);
  const { errors } = await stack.up(
    program([], () => {
      throw new Error("hook down");
    }),
  );
  expect(errors).toEqual([
    expect.stringMatching(/the server is away .*; and the onError hook "again" failed: hook down/),
  ]);
});

test("what was made in part is not made again", async () => {
  const stack = new TestStack();
  const told: Told[] = [];
  stack.world.on = (call) => {
    if (call === "created a") throw new InitError("a", {}, ["half done"]);
  };
  const { errors } = await stack.up(program(told, () => true));
  expect(errors.join()).toContain("half done");
  expect(told).toEqual([]);
  expect(stack.state("a").initErrors).toEqual(["half done"]);
});

test("a deletion whose hook is not there fails with both reasons, and the next run can do it", async () => {
  const stack = new TestStack();
  await stack.up(program([], () => true));
  failing(stack, "delete a", 1);
  const { errors } = await stack.destroy();
  expect(errors).toEqual([expect.stringMatching(/the server is away .*"again" failed: .*not registered/)]);
  expect((await stack.destroy()).errors).toEqual([]);
});
