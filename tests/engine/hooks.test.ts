/** @jest-environment ./tests/engine/support/real-process-environment.js */
import * as pulumi from "@pulumi/pulumi";
import { TestStack, Thing } from "./support/harness";

type Told = readonly [hook: string, facts: pulumi.ResourceHookArgs];

function hooks(told: Told[], options: pulumi.ResourceHookOptions = {}) {
  const hook = (name: string) =>
    new pulumi.ResourceHook(name, async (args) => void told.push([name, args] as const), options);
  const kinds = ["beforeCreate", "afterCreate", "beforeUpdate", "afterUpdate", "beforeDelete", "afterDelete"] as const;
  return Object.fromEntries(kinds.map((kind) => [kind, [hook(kind)]])) as pulumi.ResourceHookBinding;
}

test("hooks run around creation, update and deletion, and are told what changes", async () => {
  const stack = new TestStack();
  const told: Told[] = [];
  const program = (value: number) => () => void new Thing("a", { value }, { hooks: hooks(told) });
  await stack.up(program(1));
  expect(told.map(([name]) => name)).toEqual(["beforeCreate", "afterCreate"]);
  expect(told[1]?.[1]).toMatchObject({ id: "a", newInputs: { value: 1 }, newOutputs: { value: 1, made: 1 } });
  expect(stack.state("a").resourceHooks).toMatchObject({
    beforeCreate: ["beforeCreate"],
    afterDelete: ["afterDelete"],
  });
  told.length = 0;
  await stack.up(program(2));
  expect(told.map(([name]) => name)).toEqual(["beforeUpdate", "afterUpdate"]);
  expect(told[0]?.[1]).toMatchObject({ id: "a", oldInputs: { value: 1 }, newInputs: { value: 2 } });
  told.length = 0;
  const gone = await stack.up(() => void hooks(told));
  expect(gone.errors).toEqual([]);
  expect(told.map(([name]) => name)).toEqual(["beforeDelete", "afterDelete"]);
  expect(told[0]?.[1]).toMatchObject({ id: "a", oldInputs: { value: 2 } });
});

test("a preview runs only the hooks that ask for it", async () => {
  const stack = new TestStack();
  const quiet: Told[] = [];
  const asked: Told[] = [];
  await stack.preview(() => void new Thing("a", {}, { hooks: hooks(quiet) }));
  await stack.preview(() => void new Thing("a", {}, { hooks: hooks(asked, { onDryRun: true }) }));
  expect([quiet.length, asked.map(([name]) => name)]).toEqual([0, ["beforeCreate", "afterCreate"]]);
});

test("a hook that fails before keeps the step from being taken; one that fails after is a warning", async () => {
  const stack = new TestStack();
  const fails = (): never => {
    throw new Error("not on my watch");
  };
  const before = await stack.up(() => void new Thing("a", {}, { hooks: { beforeCreate: [fails] } }));
  expect(before.errors).toEqual([expect.stringMatching(/beforeCreate hook ".*" failed: not on my watch/)]);
  expect(stack.world.objects.size).toBe(0);
  const after = await stack.up(() => void new Thing("a", {}, { hooks: { afterCreate: [fails] } }));
  expect(after.failed).toBe(false);
  expect(after.events).toContainEqual(
    expect.objectContaining({ severity: "warning", message: expect.stringContaining("not on my watch") as string }),
  );
  const ignored = await stack.up(() => {
    const beforeUpdate = new pulumi.ResourceHook("ignored", fails, { ignoreErrors: true });
    new Thing("a", { value: 2 }, { hooks: { beforeUpdate: [beforeUpdate] } });
  });
  expect([ignored.failed, stack.state("a").inputs]).toEqual([false, { value: 2 }]);
});

test("destroy, which runs no program, refuses what has a hook of its deletion before it is touched", async () => {
  const stack = new TestStack();
  await stack.up(() => void new Thing("a", {}, { hooks: hooks([]) }));
  const result = await stack.destroy();
  expect(result.errors).toEqual([
    expect.stringMatching(/beforeDelete hook "beforeDelete" .* is not registered; .*run that with --run-program/),
  ]);
  expect(stack.world.objects.has("a")).toBe(true);
});
