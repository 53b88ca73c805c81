/** @jest-environment ./tests/engine/support/real-process-environment.js */
import * as pulumi from "@pulumi/pulumi";
import { FuzzThing } from "../engine/fuzz/program";
import { FuzzWorld } from "../engine/fuzz/world";
import { TestStack } from "../engine/support/harness";

class Provider extends pulumi.ProviderResource {
  constructor(place: string) {
    super("test", "explicit", { place });
  }
}

/** A provider was known by its URN alone: the old one's objects were looked for where the new one works. */
describe("a provider that moves to another place", () => {
  function stackOn(world: FuzzWorld): TestStack {
    const stack = new TestStack();
    stack.request = { providers: new Map([["test", world.factory]]) };
    return stack;
  }
  const program = (place: string) => () => {
    const provider = new Provider(place);
    new FuzzThing("a", { key: "k" }, { provider });
  };

  test("takes its resources along", async () => {
    const world = new FuzzWorld();
    const stack = stackOn(world);
    await stack.up(program("here"));
    const result = await stack.up(program("there"));
    expect(result.errors).toEqual([]);
    expect(result.steps).toEqual(["create-replacement a", "replace a", "delete-replaced a"]);
    expect([...world.objects.keys()]).toEqual(["there/k"]);
  });

  test("leaves a resource that is not targeted where it is, with the provider that can reach it", async () => {
    const world = new FuzzWorld();
    const stack = stackOn(world);
    const both = (place: string) => () => {
      program(place)();
      new FuzzThing("b", { key: "b" }, {});
    };
    await stack.up(both("here"));
    const targeted = await stack.up(both("there"), { targets: ["**::b"] });
    expect(targeted.errors).toEqual([]);
    expect([...world.objects.keys()].sort()).toEqual(["/b", "here/k"]);
    await stack.up(both("there"));
    expect([...world.objects.keys()].sort()).toEqual(["/b", "there/k"]);
    expect(stack.snapshot.resources.filter((state) => state.delete)).toEqual([]);
  });

  test("does not lose an object of the same id in the new place", async () => {
    const world = new FuzzWorld();
    const stack = stackOn(world);
    await stack.up(() => void new FuzzThing("a", { key: "k" }, {}));
    await stack.up(program("there"));
    expect([...world.objects.keys()]).toEqual(["there/k"]);
  });
});
