import { statSync } from "node:fs";
import { journalPath, place, removeTemporaryFolders, resource, SUCCEEDED } from "./helpers";

afterAll(removeTemporaryFolders);

/** Bytes that the journal takes for one creation in a stack that holds so many resources already. */
async function bytesOfStep(resources: number): Promise<number> {
  const { stack, folder } = await place();
  const first = await stack.beginUpdate("update");
  const all = Array.from({ length: resources }, (_, i) => ({ put: resource(`before-${i}`) }));
  await first.recorder.change(...all);
  await first.finish(SUCCEEDED);

  const update = await stack.beginUpdate("update");
  const before = statSync(journalPath(folder)).size;
  const made = resource("made", { outputs: { text: "x".repeat(1000) } });
  const ticket = await update.recorder.begin("creating", resource("made"));
  await update.recorder.end(ticket, { put: made });
  const bytes = statSync(journalPath(folder)).size - before;
  await update.abandon();
  return bytes;
}

it("writes as much for a step into a large state as into an empty one", async () => {
  const [empty, large] = [await bytesOfStep(0), await bytesOfStep(2000)];
  expect(empty).toBeGreaterThan(1000);
  expect(large).toBe(empty);
});
