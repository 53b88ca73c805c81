import { readFileSync, writeFileSync } from "node:fs";
import * as fc from "fast-check";
import { Secret } from "../../../providers/base/values";
import type { ResourceState, Snapshot, StateChange } from "../../../engine/resource-state";
import { EMPTY_SNAPSHOT } from "../../../engine/resource-state";
import type { Update } from "../../../engine/state/backend";
import { verifyIntegrity } from "../../../engine/state/integrity";
import type { JournalEntry } from "../../../engine/state/journal";
import { JournalRecorder, replay } from "../../../engine/state/journal";
import { JournalFile, parseJournal } from "../../../engine/state/journal-file";
import { keyCrypter } from "../../../engine/state/passphrase";
import { PropertyCodec } from "../../../engine/state/property-codec";
import {
  checkpointPath,
  journalPath,
  place,
  removeTemporaryFolders,
  resource,
  SUCCEEDED,
  temporaryFolder,
  urn,
} from "./helpers";

afterAll(removeTemporaryFolders);

const THING = "pkg:index:Thing";
const codec = new PropertyCodec(keyCrypter(Buffer.alloc(32)));

/** What one run does before it is killed. */
async function workAwhile({ snapshot, recorder }: Update): Promise<void> {
  const first = resource("first", { outputs: { password: new Secret("hunter2") } });
  const ticket = await recorder.begin("creating", first);
  await recorder.end(ticket, { put: first });
  const old = snapshot.resources[0];
  if (old) await recorder.change({ remove: old });
  const updated = { ...first, inputs: { name: "other" } };
  await recorder.end(await recorder.begin("updating", first), { put: updated, replacing: first });
  await recorder.end(await recorder.begin("creating", resource("failed")));
  await recorder.begin("creating", resource("open", { inputs: { key: new Secret("s3cret") } }));
}

test("a killed run's journal becomes part of the state", async () => {
  const { folder, stack, notices } = await place();
  const update = await stack.beginUpdate("update");
  await workAwhile(update);
  await update.abandon();
  const expected = await stack.read();
  const next = await stack.beginUpdate("update");
  expect(next.snapshot).toEqual(expected);
  expect(next.snapshot.resources).toEqual([
    resource("first", { inputs: { name: "other" }, outputs: { password: new Secret("hunter2") } }),
  ]);
  expect(next.snapshot.pendingOperations).toEqual([
    { type: "creating", resource: resource("open", { inputs: { key: new Secret("s3cret") } }), journaled: true },
  ]);
  expect(notices.join()).toContain("looked into now: creating pkg:index:Thing open");
  expect(readFileSync(checkpointPath(folder), "utf8")).toContain('"type":"creating"');
  await next.abandon();
});

test("neither journal nor state holds a secret in clear", async () => {
  const { folder, stack } = await place();
  const update = await stack.beginUpdate("update");
  await workAwhile(update);
  await update.abandon();
  const journal = readFileSync(journalPath(folder), "utf8");
  await (await stack.beginUpdate("update")).finish(SUCCEEDED);
  for (const text of [
    journal,
    readFileSync(journalPath(folder), "utf8"),
    readFileSync(checkpointPath(folder), "utf8"),
  ]) {
    expect(text).not.toMatch(/hunter2|s3cret/);
  }
});

test("a journal that is cut off at any byte gives a valid state", async () => {
  const { folder, stack } = await place();
  const before = await stack.beginUpdate("update");
  await before.recorder.change({ put: resource("base") });
  await before.finish(SUCCEEDED);
  const update = await stack.beginUpdate("update");
  await workAwhile(update);
  await update.abandon();
  const whole = readFileSync(journalPath(folder));
  const seen = new Set<string>();
  for (let size = 0; size <= whole.length; size++) {
    writeFileSync(journalPath(folder), whole.subarray(0, size));
    const snapshot = await stack.read();
    verifyIntegrity(snapshot.resources);
    seen.add(JSON.stringify(summary(snapshot)));
  }
  expect(seen.size).toBe(8);
});

test("a byte altered anywhere drops what follows and nothing before", async () => {
  const { folder, stack } = await place();
  const update = await stack.beginUpdate("update");
  await workAwhile(update);
  await update.abandon();
  const whole = readFileSync(journalPath(folder));
  const count = parseJournal(whole).entries.length;
  for (let index = 0; index < whole.length; index += 7) {
    const damaged = Buffer.from(whole);
    damaged[index] = (damaged[index] ?? 0) ^ 1;
    const { entries } = parseJournal(damaged);
    const line = whole.subarray(0, index).toString().split("\n").length - 1;
    expect(entries).toEqual(parseJournal(whole).entries.slice(0, Math.min(line, count)));
  }
});

test("appends that come together share a sync and keep their order", async () => {
  const path = `${temporaryFolder()}/journal`;
  const file = await JournalFile.create(path, []);
  const numbers = Array.from({ length: 500 }, (_, index) => index);
  await Promise.all(numbers.map((n) => file.append({ n })));
  await file.close();
  expect(parseJournal(readFileSync(path)).entries).toEqual(numbers.map((n) => ({ n })));
});

test("what an entry costs does not depend on the size of the state", async () => {
  const sizes = [];
  for (const count of [1, 2_000]) {
    const { folder, stack } = await place();
    const fill = await stack.beginUpdate("update");
    await fill.recorder.change(...Array.from({ length: count }, (_, index) => ({ put: resource(`r${index}`) })));
    await fill.finish(SUCCEEDED);
    const update = await stack.beginUpdate("update");
    const entry = update.snapshot.resources[0];
    if (entry) await update.recorder.change({ put: { ...entry, protect: true }, replacing: entry });
    sizes.push(readFileSync(journalPath(folder)).length);
    await update.abandon();
  }
  expect(sizes[0]).toBe(sizes[1]);
});

/** What the recorder is asked to do; numbers choose among what there is at that time. */
type Action =
  | { readonly do: "create" | "update" | "delete" | "replace" | "begin"; readonly pick: number; readonly link: number }
  | { readonly do: "fail"; readonly pick: number; readonly link: number };

const actions: fc.Arbitrary<Action[]> = fc.array(
  fc.record({
    do: fc.constantFrom("create", "update", "delete", "replace", "begin", "fail"),
    pick: fc.nat(),
    link: fc.nat(),
  }),
  { maxLength: 25 },
);

test("replaying a journal leads to the state that the run had", async () => {
  const folder = temporaryFolder();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(actions, actions, async (earlier, later) => {
      const path = `${folder}/journal-${run++}`;
      const base = (await carryOut(EMPTY_SNAPSHOT, earlier, `${path}-base`)).snapshot;
      const { snapshot, content } = await carryOut(base, later, path);
      verifyIntegrity(snapshot.resources);
      expect(replay(base, parseJournal(content).entries as JournalEntry[], codec)).toEqual(snapshot);
    }),
    { numRuns: 40 },
  );
});

async function carryOut(
  base: Snapshot,
  todo: readonly Action[],
  path: string,
): Promise<{ snapshot: Snapshot; content: Buffer }> {
  const file = await JournalFile.create(path, []);
  const recorder = new JournalRecorder(base, file, codec);
  const live = base.resources.filter((entry) => !entry.delete);
  const writes: Promise<unknown>[] = [];
  for (const [index, action] of todo.entries()) {
    const at = live.length === 0 ? -1 : action.pick % live.length;
    const entry = live[at];
    const other = live[action.link % Math.max(live.length, 1)];
    const made = resource(`r${live.length}-${index}-${action.pick}`, {
      dependencies: other && other !== entry ? [other.urn] : [],
      outputs: { secret: new Secret(action.link) },
    });
    const perform = async (kind: "creating" | "updating", ...changes: StateChange[]): Promise<void> => {
      const ticket = recorder.begin(kind, made);
      await recorder.end(await ticket, ...changes);
    };
    switch (action.do) {
      case "create":
        live.push(made);
        await perform("creating", { put: made });
        break;
      case "fail":
        await perform("creating");
        break;
      case "begin":
        writes.push(recorder.begin("creating", made));
        break;
      case "update":
        if (!entry) break;
        live[at] = { ...entry, inputs: { n: action.pick } };
        await perform("updating", { put: live[at], replacing: entry });
        break;
      case "replace":
        if (!entry) break;
        live[at] = { ...entry, id: `new-${index}` };
        writes.push(recorder.change({ put: live[at] }, { put: { ...entry, delete: true }, replacing: entry }));
        break;
      case "delete":
        if (!entry) break;
        live.splice(at, 1);
        writes.push(recorder.change({ remove: entry }));
        break;
    }
  }
  await Promise.all(writes);
  await file.close();
  return { snapshot: recorder.snapshot(), content: readFileSync(path) };
}

function summary({ resources, pendingOperations }: Snapshot): unknown {
  const line = (entry: ResourceState): unknown => [entry.urn, entry.inputs];
  return [resources.map(line), pendingOperations.map((operation) => line(operation.resource))];
}

test("an entry that the list does not hold is refused by its URN", async () => {
  const file = await JournalFile.create(`${temporaryFolder()}/journal`, []);
  const recorder = new JournalRecorder(EMPTY_SNAPSHOT, file, codec);
  await expect(recorder.change({ remove: resource("a") })).rejects.toThrow(urn(THING, "a"));
  await file.close();
});
