/** @jest-environment ./tests/engine/support/real-process-environment.js */
import { asset, CustomResource, ProviderResource } from "@pulumi/pulumi";
import { TestStack, Thing } from "./support/harness";

describe("a failure in the middle", () => {
  test("keeps what was done, and the next run goes on", async () => {
    const stack = new TestStack();
    const program = () => {
      const a = new Thing("a");
      const b = new Thing("b", { value: a.made });
      new Thing("c", { value: b.made });
    };
    stack.world.on = (call) => {
      if (call === "create b") throw new Error("the server is on fire");
    };
    const first = await stack.up(program);
    expect(first.failed).toBe(true);
    expect(first.errors).toEqual(['creating test:index:Thing "b" failed: the server is on fire']);
    expect(stack.names()).toEqual(["a"]);
    expect(stack.snapshot.pendingOperations).toEqual([]);

    stack.world.on = () => undefined;
    const second = await stack.up(program);
    expect(second.failed).toBe(false);
    expect(second.steps).toEqual(["same a", "create b", "create c"]);
  });

  test("deletes nothing that the program did not get to declare", async () => {
    const stack = new TestStack();
    const program = () => {
      const a = new Thing("a", { value: 1 });
      new Thing("b", { value: a.made });
    };
    await stack.up(program);
    stack.world.on = (call) => {
      if (call === "update a") throw new Error("no");
    };
    const failed = await stack.up(() => {
      const a = new Thing("a", { value: 2 });
      new Thing("b", { value: a.made });
    });
    expect(failed.failed).toBe(true);
    expect(stack.names()).toEqual(["a", "b"]);
    expect(stack.state("a").inputs).toEqual({ value: 1 });
  });

  test("a program that throws fails the operation, tells its error once and deletes nothing", async () => {
    const stack = new TestStack();
    await stack.up(() => void new Thing("a"));
    const result = await stack.up(() => {
      throw new Error("bad program");
    });
    expect(result.failed).toBe(true);
    expect(result.errors).toHaveLength(1);
    expect(result.errors[0]).toContain("bad program");
    expect(stack.names()).toEqual(["a"]);
  });

  test("a cancelled run tells no error of the program that it has not gone on with", async () => {
    const stack = new TestStack();
    const cancel = new AbortController();
    stack.request = { signal: cancel.signal };
    stack.world.on = (call) => {
      if (call === "create a") cancel.abort();
    };
    const result = await stack.up(() => {
      const a = new Thing("a");
      const b = new Thing("b", { value: a.made });
      new Thing("c", { value: b.made });
    });
    expect(result.cancelled).toBe(true);
    expect(result.errors).toEqual([]);
    expect(stack.names()).toEqual(["a"]);
  });

  test("wrong inputs name the resource and the property before anything is called", async () => {
    const stack = new TestStack();
    const result = await stack.up(() => void new Thing("a", { wrong: 1 }));
    expect(result.errors).toEqual(['test:index:Thing "a" has wrong inputs: wrong: this is never right']);
    expect(stack.world.calls).toEqual(["configure"]);
  });

  test("two resources of one URN are refused", async () => {
    const stack = new TestStack();
    const result = await stack.up(() => {
      new Thing("a");
      new Thing("a");
    });
    expect(result.errors).toEqual([expect.stringContaining("two resources have the URN")]);
  });

  test("what a failed deletion depends on stays", async () => {
    const stack = new TestStack();
    await stack.up(() => {
      const a = new Thing("a");
      new Thing("b", {}, { dependsOn: a });
    });
    stack.world.on = (call) => {
      if (call === "delete b") throw new Error("not now");
    };
    const result = await stack.destroy();
    expect(result.failed).toBe(true);
    expect(stack.names()).toEqual(["a", "b"]);
    expect(stack.world.calls).not.toContain("delete a");
  });

  test("what is not supported among inputs is refused by name", async () => {
    const stack = new TestStack();
    const result = await stack.up(() => void new Thing("a", { file: new asset.StringAsset("x") }));
    expect(result.errors).toEqual([
      expect.stringMatching(/Thing::a: an asset or archive among the inputs is not supported by the embedded engine/),
    ]);
  });

  test("a package that no provider serves is refused by name", async () => {
    const stack = new TestStack();
    class Bucket extends CustomResource {}
    const result = await stack.up(() => void new Bucket("aws:s3:Bucket", "b", {}));
    expect(result.errors).toEqual([expect.stringContaining('package "aws" (no built-in provider serves it)')]);
  });
});

describe("an interrupted creation", () => {
  async function interrupted(existing: boolean): Promise<TestStack> {
    const stack = new TestStack();
    await stack.up(() => void new Thing("other"));
    const probe = new TestStack();
    await probe.up(() => void new Thing("a", { value: 1 }));
    const { id: _id, ...resource } = { ...probe.state("a"), provider: stack.state("other").provider ?? "" };
    stack.snapshot = { ...stack.snapshot, pendingOperations: [{ type: "creating", resource, journaled: true }] };
    if (existing) stack.world.objects.set("a", { value: 1, made: 7 });
    return stack;
  }

  test("is adopted when the object is there", async () => {
    const stack = await interrupted(true);
    const result = await stack.up(() => {
      new Thing("other");
      new Thing("a", { value: 1 });
    });
    expect(result.errors).toEqual([]);
    expect(result.steps.sort()).toEqual(["same a", "same other"]);
    expect(stack.state("a").outputs).toEqual({ value: 1, made: 7 });
    expect(stack.snapshot.pendingOperations).toEqual([]);
  });

  test("is created again when the object is not there", async () => {
    const stack = await interrupted(false);
    const result = await stack.up(() => {
      new Thing("other");
      new Thing("a", { value: 1 });
    });
    expect(result.steps.sort()).toEqual(["create a", "same other"]);
    expect(stack.snapshot.pendingOperations).toEqual([]);
  });

  test("is deleted when the program no longer wants it", async () => {
    const stack = await interrupted(true);
    const result = await stack.up(() => void new Thing("other"));
    expect(result.steps.sort()).toEqual(["delete a", "same other"]);
    expect([...stack.world.objects.keys()]).toEqual(["other"]);
  });

  test("that cannot be read as the state says is read as the program says", async () => {
    const stack = await interrupted(true);
    stack.world.on = (call) => {
      // The provider of the state knows a password that was wrong from the beginning.
      const configured = stack.world.calls.filter((each) => each === "configure").length;
      if (call === "read a" && configured < 2) throw new Error("who are you");
    };
    stack.world.calls.length = 0;
    const result = await stack.up(() => {
      class TestProvider extends ProviderResource {}
      const provider = new TestProvider("test", "right", { password: "right" });
      new Thing("other");
      new Thing("a", { value: 1 }, { provider });
    });
    expect(result.errors).toEqual([]);
    expect(stack.state("a").outputs).toEqual({ value: 1, made: 7 });
    expect(stack.snapshot.pendingOperations).toEqual([]);
  });

  test("that nobody can read fails by its own name, and stays pending where the program wants it no more", async () => {
    const stack = await interrupted(true);
    stack.world.on = (call) => {
      if (call === "read a") throw new Error("the server is down");
    };
    const wanted = await stack.up(() => {
      new Thing("other");
      new Thing("a", { value: 1 });
    });
    expect(wanted.errors).toEqual(["reading back what an interrupted run worked on failed: the server is down"]);
    const unwanted = await stack.up(() => void new Thing("other"));
    expect(unwanted.failed).toBe(false);
    expect(stack.snapshot.pendingOperations).toHaveLength(1);
    stack.world.on = () => undefined;
    await stack.up(() => void new Thing("other"));
    expect(stack.snapshot.pendingOperations).toEqual([]);
    expect([...stack.world.objects.keys()]).toEqual(["other"]);
  });
});
