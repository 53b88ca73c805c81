/** @jest-environment ./tests/engine/support/real-process-environment.js */
import { TestStack, Thing } from "./support/harness";

describe("the option import", () => {
  test("takes over an object that exists, without touching it", async () => {
    const stack = new TestStack();
    stack.world.objects.set("there", { key: "there", value: 1, made: 9 });
    const program = () => void new Thing("a", { key: "there", value: 1 }, { import: "there" });
    const result = await stack.up(program);
    expect(result.errors).toEqual([]);
    expect(result.steps).toEqual(["import a"]);
    expect(stack.world.calls.filter((call) => call !== "configure")).toEqual(["read there"]);
    expect(stack.state("a")).toMatchObject({ id: "there", importID: "there", outputs: { made: 9 } });
    expect((await stack.up(program)).steps).toEqual(["same a"]);
    expect((await stack.up(() => void new Thing("a", { key: "there", value: 1 }))).steps).toEqual(["same a"]);
  });

  test("refuses inputs that are not those of the object, and names them", async () => {
    const stack = new TestStack();
    stack.world.objects.set("there", { key: "there", value: 1, made: 9 });
    const program = () => void new Thing("a", { key: "there", value: 2 }, { import: "there" });
    const preview = await stack.preview(program);
    expect(preview.failed).toBe(false);
    const result = await stack.up(program);
    expect(result.errors).toEqual([expect.stringMatching(/do not match the existing resource "there" in value/)]);
    expect(stack.names()).toEqual([]);
  });

  test("takes the object's word for what ignoreChanges names", async () => {
    const stack = new TestStack();
    stack.world.objects.set("there", { key: "there", value: 1, made: 9 });
    const opts = { import: "there", ignoreChanges: ["value"] };
    const result = await stack.up(() => void new Thing("a", { key: "there", value: 2 }, opts));
    expect(result.steps).toEqual(["import a"]);
    expect(stack.state("a").inputs).toEqual({ key: "there", value: 1 });
  });

  test("refuses an id that does not exist", async () => {
    const stack = new TestStack();
    const result = await stack.up(() => void new Thing("a", {}, { import: "nowhere" }));
    expect(result.errors).toEqual([expect.stringMatching(/there is no test:index:Thing with the id "nowhere"/)]);
  });

  test("takes over what was read until now", async () => {
    const stack = new TestStack();
    stack.world.objects.set("there", { key: "there", made: 9 });
    await stack.up(() => void new Thing("a", {}, { id: "there" }));
    const result = await stack.up(() => void new Thing("a", { key: "there" }, { import: "there" }));
    expect(result.errors).toEqual([]);
    expect(stack.state("a")).toMatchObject({ id: "there", outputs: { made: 9 } });
    expect(stack.state("a").external).toBeUndefined();
    expect(stack.world.calls.filter((call) => /create|delete|update/.test(call))).toEqual([]);
    expect(stack.names()).toEqual(["a"]);
  });

  test("keeps the object from being replaced by one of another id", async () => {
    const stack = new TestStack();
    stack.world.objects.set("there", { key: "there", made: 9 });
    const program = (key: string) => () => void new Thing("a", { key }, { import: "there" });
    await stack.up(program("there"));
    const planned = await stack.preview(program("elsewhere"));
    expect(planned.events).toContainEqual(expect.objectContaining({ kind: "diagnostic", severity: "warning" }));
    expect(planned.failed).toBe(false);
    const { errors } = await stack.up(program("elsewhere"));
    expect(errors).toEqual([expect.stringMatching(/must be replaced \(key\), and would not be "there" any more/)]);
    expect([...stack.world.objects.keys()]).toEqual(["there"]);
  });

  test("of another object replaces the one that was managed", async () => {
    const stack = new TestStack();
    await stack.up(() => void new Thing("a", { key: "own" }));
    stack.world.objects.set("there", { key: "there", made: 9 });
    const result = await stack.up(() => void new Thing("a", { key: "there" }, { import: "there" }));
    expect(result.errors).toEqual([]);
    expect(result.steps).toEqual(["import-replacement a", "replace a", "delete-replaced a"]);
    expect([...stack.world.objects.keys()]).toEqual(["there"]);
  });
});
