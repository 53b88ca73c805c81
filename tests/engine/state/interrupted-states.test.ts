import { readFileSync, writeFileSync } from "node:fs";
import { Secret } from "../../../providers/base/values";
import type { PendingOperation } from "../../../engine/resource-state";
import { sha256 } from "../../../engine/state/checkpoint";
import { JournalFile, parseJournal } from "../../../engine/state/journal-file";
import type { Place } from "./helpers";
import {
  checkpointPath,
  journalPath,
  PROJECT,
  resource,
  STACK,
  SUCCEEDED,
  THING,
  withThing,
  tree,
  removeTemporaryFolders,
} from "./helpers";

afterAll(removeTemporaryFolders);

describe("a pending creation", () => {
  const pending = (operations: readonly PendingOperation[]): unknown[] =>
    operations.map((o) => [o.type, o.resource.urn, o.journaled]);
  const creating = resource("pending", { inputs: { key: new Secret("k") } });

  async function killedWhileCreating(): Promise<Place> {
    const made = await withThing();
    const update = await made.stack.beginUpdate("update");
    await update.recorder.begin("creating", creating);
    await update.abandon();
    return made;
  }

  test("is known as ours for as long as it stays unresolved, and no longer", async () => {
    const { folder, stack } = await killedWhileCreating();
    for (let run = 0; run < 3; run++) {
      const update = await stack.beginUpdate("update");
      expect(pending(update.snapshot.pendingOperations)).toEqual([["creating", creating.urn, true]]);
      await (run === 1 ? update.abandon() : update.finish(SUCCEEDED));
    }
    const update = await stack.beginUpdate("update");
    const [operation] = update.snapshot.pendingOperations;
    if (operation) await update.recorder.resolved(operation);
    await update.finish(SUCCEEDED);
    expect((await stack.read()).pendingOperations).toEqual([]);
    expect(tree(folder)).not.toContain(`.pulumi/stacks/${PROJECT}/${STACK}.journal`);
  });

  test("that the state file alone tells of is not ours, nor is one with other inputs", async () => {
    const { folder, stack } = await killedWhileCreating();
    await (await stack.beginUpdate("update")).finish(SUCCEEDED);
    const json = JSON.parse(readFileSync(checkpointPath(folder), "utf8"));
    json.checkpoint.latest.pending_operations[0].resource.inputs = { key: "other" };
    json.checkpoint.latest.pending_operations.push({
      type: "creating",
      resource: { urn: "urn:other", type: "t", custom: true },
    });
    writeFileSync(checkpointPath(folder), JSON.stringify(json));
    expect(pending((await stack.read()).pendingOperations)).toEqual([
      ["creating", creating.urn, undefined],
      ["creating", "urn:other", undefined],
    ]);
  });
});

test("a journal that belongs to another state stops the run and stays", async () => {
  const { folder, stack } = await withThing();
  const update = await stack.beginUpdate("update");
  await update.recorder.change({ put: resource("b") });
  await update.abandon();
  const journal = readFileSync(journalPath(folder));
  const json = JSON.parse(readFileSync(checkpointPath(folder), "utf8"));
  json.checkpoint.latest.resources = [];
  writeFileSync(checkpointPath(folder), JSON.stringify(json));
  await expect(stack.beginUpdate("update")).rejects.toThrow(/journal .* belongs to another state/);
  expect(readFileSync(journalPath(folder))).toEqual(journal);
});

test("a crash between the new state and the journal's removal is understood", async () => {
  const { folder, stack } = await withThing();
  const update = await stack.beginUpdate("update");
  await update.recorder.change({ put: resource("b") });
  const path = journalPath(folder);
  const left = readFileSync(path);
  await update.finish(SUCCEEDED);
  // What `finish` wrote to the journal before the state and then removed comes back.
  writeFileSync(path, left);
  const journal = await JournalFile.reopen(path, parseJournal(left).end);
  await journal.append({ op: "closed", checkpoint: sha256(readFileSync(checkpointPath(folder))) });
  await journal.close();
  expect((await stack.read()).resources).toEqual([THING, resource("b")]);
  await (await stack.beginUpdate("update")).finish(SUCCEEDED);
  expect((await stack.read()).resources).toEqual([THING, resource("b")]);
});
