import { readFileSync, writeFileSync } from "node:fs";
import type { ResourceState } from "../../../engine/resource-state";
import { checkpointPath, place, removeTemporaryFolders, resource, SUCCEEDED } from "./helpers";

afterAll(removeTemporaryFolders);

const A = resource("a");

async function written(...resources: ResourceState[]) {
  const { folder, stack } = await place();
  const update = await stack.beginUpdate("update");
  for (const put of resources) await update.recorder.change({ put });
  await update.finish(SUCCEEDED);
  const read = () => JSON.parse(readFileSync(checkpointPath(folder), "utf8"));
  return { folder, stack, read };
}

test.each<[string, Partial<ResourceState>, string, unknown]>([
  ["replaceWith", { replaceWith: [A.urn] }, "replaceWith", [A.urn]],
  [
    "hooks",
    { resourceHooks: { beforeCreate: ["check"], afterDelete: [] } },
    "resourceHooks",
    { BeforeCreate: ["check"], AfterDelete: [] },
  ],
])("a state with %s is of version 4 and names it, and is read back", async (feature, options, field, value) => {
  const b = { ...resource("b"), ...options };
  const { stack, read } = await written(A, b);
  const { version, features, checkpoint } = read();
  expect([version, features]).toEqual([4, [feature]]);
  expect(checkpoint.latest.resources[1][field]).toEqual(value);
  expect(await stack.export()).toMatchObject({ version: 4, features: [feature] });
  expect((await stack.read()).resources).toEqual([A, b]);
});

test("a state without such a thing is of version 3, also when it was of version 4 before", async () => {
  const { folder, stack, read } = await written(A);
  expect(read()).not.toHaveProperty("features");
  writeFileSync(checkpointPath(folder), JSON.stringify({ ...read(), version: 4, features: ["hooks"] }));
  const update = await stack.beginUpdate("update");
  await update.finish(SUCCEEDED);
  expect(read()).toMatchObject({ version: 3 });
  expect(read()).not.toHaveProperty("features");
});
