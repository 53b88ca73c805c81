/** @jest-environment ./tests/engine/support/real-process-environment.js */
import { TestStack, Thing } from "../engine/support/harness";

/** The option deletedWith was taken at its word also when what it names was not deleted after all. */
test.each([
  ["is retained", "server", { retainOnDelete: true }],
  ["goes on under another name", "renamed", {}],
])("a resource is deleted itself when what it would go with %s", async (_what, name, options) => {
  const stack = new TestStack();
  await stack.up(() => {
    const server = new Thing("server", { key: "server" }, options);
    new Thing("database", {}, { deletedWith: server });
  });
  await stack.up(() => (name === "server" ? undefined : void new Thing(name, { key: "server" })));
  expect([...stack.world.objects.keys()]).toEqual(["server"]);
  expect(stack.world.calls).toContain("delete database");
});

test("a resource that is deleted with what is deleted before its replacement is made again", async () => {
  const stack = new TestStack();
  stack.world.on = (call) => {
    if (call === "delete old") stack.world.objects.delete("database");
  };
  const program = (key: string) => () => {
    const server = new Thing("server", { key }, { deleteBeforeReplace: true });
    new Thing("database", {}, { deletedWith: server });
  };
  await stack.up(program("old"));
  const result = await stack.up(program("new"));
  expect(result.errors).toEqual([]);
  expect([...stack.world.objects.keys()]).toEqual(["new", "database"]);
  expect(stack.world.calls).not.toContain("delete database");
});
