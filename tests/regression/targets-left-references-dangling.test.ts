/** @jest-environment ./tests/engine/support/real-process-environment.js */
import { verifyIntegrity } from "../../engine/state/integrity";
import { Group, TestStack, Thing } from "../engine/support/harness";

/** What `--target` left out was skipped and yet referred to: the state then named a parent that it did not hold. */
describe("a targeted resource", () => {
  const program = () => {
    const group = new Group("group");
    new Thing("child", {}, { parent: group });
    const first = new Thing("first");
    new Thing("second", { value: first.made });
  };

  test("brings the stack itself along, which is no resource to choose", async () => {
    const stack = new TestStack();
    const result = await stack.up(program, { targets: ["**::first"] });
    expect(result.errors).toEqual([]);
    verifyIntegrity(stack.snapshot.resources);
    expect(stack.names()).toEqual(["first"]);
  });

  test.each([
    ["child", "group"],
    ["second", "first"],
  ])("%s is refused without %s, which is not there", async (target, missing) => {
    const stack = new TestStack();
    const result = await stack.up(program, { targets: [`**::${target}`] });
    expect(result.errors).toEqual([
      expect.stringMatching(
        new RegExp(`::${target} refers to .*::${missing}, which does not exist and is not targeted; target that too`),
      ),
    ]);
    expect(stack.names()).toEqual([]);
  });

  test("is refused when it is read under a parent that is not there, and else left out", async () => {
    const reading = () => void new Thing("read", {}, { id: "there", parent: new Group("group") });
    const stack = new TestStack();
    stack.world.objects.set("there", { key: "there", made: 9 });
    const refused = await stack.up(reading, { targets: ["**::read"] });
    expect(refused.errors).toEqual([expect.stringMatching(/::read refers to .*::group, which does not exist/)]);
    expect((await stack.up(reading, { targets: ["**::other"] })).errors).toEqual([]);
    verifyIntegrity(stack.snapshot.resources);
    expect(stack.names()).toEqual([]);
  });

  test("leaves others what they are, also those whose new dependency is not there yet", async () => {
    const stack = new TestStack();
    await stack.up(() => {
      new Thing("old", { value: 1 }, { protect: true });
      new Thing("other");
    });
    const result = await stack.up(
      () => {
        const fresh = new Thing("fresh");
        new Thing("old", { value: 2 }, { dependsOn: fresh });
        new Thing("other", { value: 2 });
      },
      { targets: ["**::other"] },
    );
    expect(result.errors).toEqual([]);
    expect(stack.state("old")).toMatchObject({ inputs: { value: 1 }, dependencies: [], protect: true });
  });

  test("leaves an interrupted replacement interrupted", async () => {
    const stack = new TestStack();
    stack.world.deleteBeforeReplace = true;
    await stack.up(() => void new Thing("a", { key: "one" }));
    stack.world.on = (call) => {
      if (call === "create two") throw new Error("no");
    };
    const both = () => {
      new Thing("a", { key: "two" });
      new Thing("b");
    };
    await stack.up(both);
    stack.world.on = () => undefined;
    await stack.up(both, { targets: ["**::b"] });
    expect(stack.state("a").pendingReplacement).toBe(true);
    await stack.up(both);
    expect([...stack.world.objects.keys()].sort()).toEqual(["b", "two"]);
  });
});

test("a targeted deletion spares what an untargeted resource would go with", async () => {
  const stack = new TestStack();
  await stack.up(() => {
    const server = new Thing("server");
    new Thing("database", {}, { deletedWith: server });
  });
  await stack.up(() => void new Thing("database"), { targets: ["**::server"] });
  expect([...stack.world.objects.keys()]).toEqual(["server", "database"]);
  expect(stack.state("database").deletedWith).toBe(stack.state("server").urn);
  await stack.up(() => void new Thing("database"));
  expect([...stack.world.objects.keys()]).toEqual(["database"]);
});
