/** @jest-environment ./tests/engine/support/real-process-environment.js */
import { Group, TestStack, Thing } from "./support/harness";
import * as pulumi from "@pulumi/pulumi";

describe("the life of a resource", () => {
  test("is created, stays the same, is updated and is deleted when the program drops it", async () => {
    const stack = new TestStack();
    const first = await stack.up(() => void new Thing("a", { value: 1 }));
    expect(first.errors).toEqual([]);
    expect(first.steps).toEqual(["create a"]);
    expect(stack.world.objects.get("a")).toEqual({ value: 1, made: 1 });

    const second = await stack.up(() => void new Thing("a", { value: 1 }));
    expect(second.steps).toEqual(["same a"]);
    expect(second.changes).toEqual({ same: 2 });

    const third = await stack.up(() => void new Thing("a", { value: 2 }));
    expect(third.steps).toEqual(["update a"]);
    expect(stack.state("a").inputs).toEqual({ value: 2 });

    const fourth = await stack.up(() => undefined);
    expect(fourth.steps).toEqual(["delete a"]);
    expect(stack.world.objects.size).toBe(0);
    expect(stack.names()).toEqual([]);
  });

  test("a preview touches nothing and knows no outputs of what is yet to be made", async () => {
    const stack = new TestStack();
    const seen: unknown[] = [];
    const program = () => {
      const a = new Thing("a");
      a.made.apply((made) => seen.push(made));
      new Thing("b", { value: a.made });
    };
    const preview = await stack.preview(program);
    expect(preview.steps).toEqual(["create a", "create b"]);
    expect(seen).toEqual([]);
    expect(stack.world.calls.filter((call) => call !== "configure")).toEqual([]);
    await stack.up(program);
    expect(seen).toEqual([1]);
    expect(stack.state("b").inputs).toEqual({ value: 1 });
    expect(stack.state("b").dependencies).toEqual([stack.state("a").urn]);
  });

  test("dependents are made after and deleted before what they depend on", async () => {
    const stack = new TestStack();
    await stack.up(() => {
      const a = new Thing("a");
      const b = new Thing("b", {}, { dependsOn: a });
      new Thing("c", { value: b.made });
    });
    const destroyed = await stack.destroy();
    expect(destroyed.steps).toEqual(["delete c", "delete b", "delete a"]);
    expect(stack.snapshot.resources).toEqual([]);
  });

  test("children of a component carry its type in their URN, and component outputs are kept", async () => {
    const stack = new TestStack();
    await stack.up(() => {
      const group = new Group("g");
      new Thing("child", {}, { parent: group });
    });
    expect(stack.state("child").urn).toBe("urn:pulumi:dev::tests::test:index:Group$test:index:Thing::child");
    expect(stack.state("child").parent).toBe(stack.state("g").urn);
  });

  test("stack outputs are recorded, secrets marked", async () => {
    const stack = new TestStack();
    const result = await stack.up(() => ({ plain: 1, hidden: pulumi.secret("s3cret") }));
    expect(JSON.stringify(result.outputs)).toBe('{"hidden":"[secret]","plain":1}');
  });
});

describe("a replacement", () => {
  test("is created before the old object is deleted", async () => {
    const stack = new TestStack();
    await stack.up(() => void new Thing("a", { key: "one" }));
    const result = await stack.up(() => void new Thing("a", { key: "two" }));
    expect(result.steps).toEqual(["create-replacement a", "replace a", "delete-replaced a"]);
    expect(stack.world.calls.slice(-2)).toEqual(["create two", "delete one"]);
    expect(result.changes).toEqual({ same: 1, replace: 1 });
  });

  test("that deletes first takes along the dependents that it would replace", async () => {
    const stack = new TestStack();
    stack.world.deleteBeforeReplace = true;
    const program = (key: string) => () => {
      const a = new Thing("a", { key });
      const b = new Thing("b", { key: pulumi.interpolate`b-${a.key}` });
      new Thing("c", { value: b.made });
    };
    await stack.up(program("one"));
    stack.world.calls.length = 0;
    const result = await stack.up(program("two"));
    expect(result.errors).toEqual([]);
    expect(stack.world.calls.filter((call) => call !== "configure")).toEqual([
      "delete b-one",
      "delete one",
      "create two",
      "create b-two",
      "update c",
    ]);
    expect(result.changes).toEqual({ same: 1, replace: 2, update: 1 });
    expect(stack.names()).toEqual(["a", "b", "c"]);
  });

  test("whose new object has the identity of the old one does not delete it", async () => {
    const stack = new TestStack();
    await stack.up(() => void new Thing("a", { key: "one", value: 1 }));
    await stack.up(() => void new Thing("a", { key: "one", value: 2 }, { replaceOnChanges: ["value"] }));
    expect(stack.world.objects.get("one")).toEqual({ key: "one", value: 2, made: 2 });
    expect(stack.names()).toEqual(["a"]);
  });
});
