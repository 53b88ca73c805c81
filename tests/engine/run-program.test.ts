/** @jest-environment ./tests/engine/support/real-process-environment.js */
import * as pulumi from "@pulumi/pulumi";
import { Group, TestStack, Thing } from "./support/harness";

class TestProvider extends pulumi.ProviderResource {
  constructor(place: pulumi.Input<string>) {
    super("test", "explicit", { password: place });
  }
}

test("a destroy that runs the program runs the hooks of its deletions, and nothing of what it declares is done", async () => {
  const stack = new TestStack();
  const told: string[] = [];
  const program = (value: number) => () => {
    const hook = (name: string) => new pulumi.ResourceHook(name, ({ id }) => void told.push(`${name} ${id}`));
    const hooks = { beforeDelete: [hook("before")], afterDelete: [hook("after")], afterUpdate: [hook("never")] };
    const parent = new Group("g");
    const a = new Thing("a", { value }, { hooks, parent });
    if (value > 1) new Thing("new", { value: a.made });
    return { value };
  };
  await stack.up(program(1));
  const planned = await stack.destroy({ runProgram: true, dryRun: true }, program(2));
  expect([planned.errors, told]).toEqual([[], []]);
  const gone = await stack.destroy({ runProgram: true }, program(2));
  expect(gone.errors).toEqual([]);
  expect(gone.steps).toEqual(["delete a", "delete g"]);
  expect(told).toEqual(["before a", "after a"]);
  expect(stack.snapshot.resources).toEqual([]);
  expect(stack.world.calls).toEqual(["configure", "create a", "configure", "configure", "delete a"]);
});

test.each(["destroy", "refresh"] as const)(
  "a %s that runs the program uses providers as that configures them",
  async (kind) => {
    const stack = new TestStack();
    const program = (password: string) => () => {
      const provider = new TestProvider(password);
      new Thing("a", {}, { provider });
    };
    await stack.up(program("old"));
    const before = JSON.stringify(stack.snapshot.resources.find(({ type }) => type === "pulumi:providers:test"));
    const seen: unknown[] = [];
    stack.world.onConfigure = ({ password }) => void seen.push(password);
    expect((await stack[kind]({ runProgram: true }, program("new"))).errors).toEqual([]);
    expect(seen).toEqual(["new"]);
    if (kind === "destroy") return;
    expect(JSON.stringify(stack.snapshot.resources.find(({ type }) => type === "pulumi:providers:test"))).toBe(before);
  },
);

test("a provider that follows from what is not there keeps the configuration of the last update", async () => {
  const stack = new TestStack();
  const program = (more: boolean) => () => {
    const provider = new TestProvider(more ? new Thing("new").key : "old");
    new Thing("a", {}, { provider });
  };
  await stack.up(program(false));
  const seen: unknown[] = [];
  stack.world.onConfigure = ({ password }) => void seen.push(password);
  expect((await stack.destroy({ runProgram: true }, program(true))).steps).toEqual(["delete a"]);
  expect(seen).toEqual(expect.arrayContaining(["old"]));
});

test("what a program reads is read, and is not in the state", async () => {
  const stack = new TestStack();
  stack.world.objects.set("theirs", { value: 7, made: 3 });
  await stack.up(() => void new Thing("a"));
  const seen: unknown[] = [];
  await stack.refresh({ runProgram: true }, () => {
    new Thing("x", {}, { id: "theirs" }).value.apply((value) => seen.push(value));
  });
  expect(seen).toEqual([7]);
  expect(stack.names()).toEqual(["a"]);
});

test("a program that fails keeps everything from being deleted", async () => {
  const stack = new TestStack();
  await stack.up(() => void new Thing("a"));
  const result = await stack.destroy({ runProgram: true }, () => {
    throw new Error("no");
  });
  expect([result.failed, stack.names()]).toEqual([true, ["a"]]);
});
