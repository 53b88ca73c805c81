/** @jest-environment ./tests/engine/support/real-process-environment.js */
import { Group, TestStack, Thing } from "./support/harness";

describe("resource options", () => {
  test("protect refuses a deletion and names the resource; nothing is deleted", async () => {
    const stack = new TestStack();
    await stack.up(() => {
      new Thing("a", {}, { protect: true });
      new Thing("b");
    });
    const result = await stack.destroy();
    expect(result.errors).toEqual([expect.stringMatching(/Thing::a cannot be deleted because it is protected/)]);
    expect([...stack.world.objects.keys()].sort()).toEqual(["a", "b"]);
  });

  test("protect refuses a replacement", async () => {
    const stack = new TestStack();
    await stack.up(() => void new Thing("a", { key: "one" }, { protect: true }));
    const result = await stack.up(() => void new Thing("a", { key: "two" }, { protect: true }));
    expect(result.errors).toEqual([expect.stringMatching(/must be replaced \(key\) but is protected/)]);
    expect([...stack.world.objects.keys()]).toEqual(["one"]);
  });

  test("ignoreChanges keeps the old input", async () => {
    const stack = new TestStack();
    await stack.up(() => void new Thing("a", { value: { x: 1, y: 1 } }));
    const opts = { ignoreChanges: ["value.x"] };
    const result = await stack.up(() => void new Thing("a", { value: { x: 2, y: 2 } }, opts));
    expect(result.steps).toEqual(["update a"]);
    expect(stack.state("a").inputs).toEqual({ value: { x: 1, y: 2 } });
  });

  test("deleteBeforeReplace of the program goes before the provider's own word", async () => {
    const stack = new TestStack();
    await stack.up(() => void new Thing("a", { key: "one" }));
    await stack.up(() => void new Thing("a", { key: "two" }, { deleteBeforeReplace: true }));
    expect(stack.world.calls.slice(-2)).toEqual(["delete one", "create two"]);
  });

  test("retainOnDelete forgets the resource and leaves the object", async () => {
    const stack = new TestStack();
    await stack.up(() => void new Thing("a", {}, { retainOnDelete: true }));
    await stack.up(() => undefined);
    expect(stack.names()).toEqual([]);
    expect([...stack.world.objects.keys()]).toEqual(["a"]);
  });

  test("deletedWith leaves the deletion to that of another", async () => {
    const stack = new TestStack();
    await stack.up(() => {
      const a = new Thing("a");
      new Thing("b", {}, { deletedWith: a });
    });
    await stack.destroy();
    expect(stack.world.calls).toContain("delete a");
    expect(stack.world.calls).not.toContain("delete b");
  });

  test("additionalSecretOutputs are secret in the state", async () => {
    const stack = new TestStack();
    await stack.up(() => void new Thing("a", { value: "v" }, { additionalSecretOutputs: ["value"] }));
    expect(JSON.stringify(stack.state("a").outputs)).toBe('{"value":"[secret]","made":1}');
  });
});

describe("aliases", () => {
  test("a renamed resource is the same one", async () => {
    const stack = new TestStack();
    await stack.up(() => {
      const a = new Thing("a", { key: "k" });
      new Thing("b", { value: a.made });
    });
    const result = await stack.up(() => {
      const a = new Thing("renamed", { key: "k" }, { aliases: [{ name: "a" }] });
      new Thing("b", { value: a.made });
    });
    expect(result.errors).toEqual([]);
    expect(result.steps).toEqual(["same renamed", "same b"]);
    expect(stack.state("b").dependencies).toEqual([stack.state("renamed").urn]);
    expect(stack.names().sort()).toEqual(["b", "renamed"]);
  });

  test("children follow a component that was renamed", async () => {
    const stack = new TestStack();
    const program = (name: string, aliases: { name: string }[]) => () => {
      const group = new Group(name, { aliases });
      new Thing(`${name}-child`, { key: "k" }, { parent: group });
    };
    await stack.up(program("g", []));
    const result = await stack.up(program("h", [{ name: "g" }]));
    expect(result.steps).toEqual(["same h", "same h-child"]);
    expect(stack.world.made).toBe(1);
  });

  test("a resource that moves under a component keeps its object", async () => {
    const stack = new TestStack();
    const { rootStackResource } = await import("@pulumi/pulumi");
    await stack.up(() => void new Thing("a", { key: "k" }));
    const result = await stack.up(() => {
      const parent = new Group("g");
      new Thing("a", { key: "k" }, { parent, aliases: [{ parent: rootStackResource }] });
    });
    expect(result.steps).toEqual(["create g", "same a"]);
  });
});

describe("targets", () => {
  test("what is not targeted stays as it is, and is not created", async () => {
    const stack = new TestStack();
    await stack.up(() => {
      new Thing("a", { value: 1 });
      new Thing("b", { value: 1 });
    });
    const result = await stack.up(
      () => {
        new Thing("a", { value: 2 });
        new Thing("b", { value: 2 });
        new Thing("c");
      },
      { targets: ["**::a"] },
    );
    expect(result.steps.sort()).toEqual(["same b", "update a"]);
    expect(stack.names()).toEqual(["a", "b"]);
  });
});

describe("refresh", () => {
  test("finds what was changed behind the engine's back, and up repairs it", async () => {
    const stack = new TestStack();
    const program = () => void new Thing("a", { value: 1 });
    await stack.up(program);
    stack.world.objects.set("a", { value: 9, made: 1 });
    const blind = await stack.up(program);
    expect(blind.steps).toEqual(["same a"]);
    const repaired = await stack.up(program, { refresh: true });
    expect(repaired.steps).toEqual(["refresh a", "update a"]);
    expect(stack.world.objects.get("a")).toEqual({ value: 1, made: 1 });
  });

  test("tells the drift from the state to reality", async () => {
    const stack = new TestStack();
    await stack.up(() => void new Thing("a", { value: 1 }));
    stack.world.objects.set("a", { value: 9, extra: true, made: 1 });
    const result = await stack.refresh();
    expect(result.changes).toEqual({ same: 1, update: 1 });
    const step = result.events.find((event) => event.kind === "step-done" && event.step.refreshOp === "update");
    expect(step).toMatchObject({
      step: { diffReasons: ["value", "extra"], detailedDiff: { value: { kind: "update" }, extra: { kind: "add" } } },
    });
    expect(stack.state("a").inputs).toEqual({ value: 9, extra: true });
  });

  test("forgets what is gone, and up makes it again", async () => {
    const stack = new TestStack();
    const program = () => {
      const a = new Thing("a");
      new Thing("b", {}, { dependsOn: a });
    };
    await stack.up(program);
    stack.world.objects.delete("a");
    const result = await stack.refresh();
    expect(result.changes).toEqual({ same: 2, delete: 1 });
    expect(stack.names()).toEqual(["b"]);
    expect(stack.state("b").dependencies).toEqual([]);
    const repaired = await stack.up(program);
    expect(repaired.steps).toEqual(["create a", "same b"]);
  });

  test("a resource that cannot be read does not keep the others from being read", async () => {
    const stack = new TestStack();
    await stack.up(() => {
      new Thing("a", { value: 1 });
      new Thing("b", { value: 1 });
    });
    stack.world.objects.set("b", { value: 2, made: 2 });
    stack.world.on = (call) => {
      if (call === "read a") throw new Error("connection refused");
    };
    const result = await stack.refresh();
    expect(result.failed).toBe(true);
    expect(result.errors).toEqual(['refreshing test:index:Thing "a" failed: connection refused']);
    expect(stack.state("b").inputs).toEqual({ value: 2 });
  });
});

describe("replaceWith", () => {
  const program = (key: string) => () => {
    const a = new Thing("a", { key });
    new Thing("b", { value: 1 }, { replaceWith: [a], deleteBeforeReplace: true });
    new Thing("c", { value: 1 });
  };

  test("replaces a resource that has not changed together with another, and not otherwise", async () => {
    const stack = new TestStack();
    await stack.up(program("one"));
    expect((await stack.up(program("one"))).changes).toEqual({ same: 4 });
    const result = await stack.up(program("two"));
    expect(result.errors).toEqual([]);
    expect(result.changes).toEqual({ same: 2, replace: 2 });
    expect(stack.world.calls.slice(-4)).toEqual(["create two", "delete b", "create b", "delete one"]);
    expect(stack.state("b").replaceWith).toEqual([stack.state("a").urn]);
  });

  test("keeps no reference to a resource that was renamed or is gone", async () => {
    const stack = new TestStack();
    await stack.up(program("one"));
    const renamed = await stack.up(() => {
      const a = new Thing("z", { key: "one" }, { aliases: [{ name: "a" }] });
      new Thing("b", { value: 1 }, { replaceWith: [a], deleteBeforeReplace: true });
    });
    expect(renamed.errors).toEqual([]);
    expect(stack.state("b").replaceWith).toEqual([stack.state("z").urn]);
    await stack.up(() => void new Thing("b", { value: 1 }));
    expect(stack.state("b").replaceWith).toBeUndefined();
  });
});

test("a read that outlasts its custom timeout fails by name", async () => {
  const stack = new TestStack();
  await stack.up(() => void new Thing("a", {}, { customTimeouts: { read: "10ms" } }));
  stack.world.on = (call) => (call === "read a" ? new Promise((resolve) => setTimeout(resolve, 500)) : undefined);
  const result = await stack.refresh();
  expect(result.errors).toEqual([expect.stringMatching(/refreshing test:index:Thing "a" failed: .*0\.01 s/)]);
});
