import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Secret } from "../../../providers/base/values";
import type { PendingOperation } from "../../../engine/resource-state";
import { sha256 } from "../../../engine/state/checkpoint";
import { StackNotFoundError } from "../../../engine/state/errors";
import { JournalFile, parseJournal } from "../../../engine/state/journal-file";
import { keyCrypter } from "../../../engine/state/passphrase";
import { openBackend } from "../../../engine/state/stack";
import type { Place } from "./helpers";
import {
  checkpointPath,
  journalPath,
  place,
  PROJECT,
  quickKeyring,
  removeTemporaryFolders,
  resource,
  SALT,
  STACK,
  SUCCEEDED,
  temporaryFolder,
} from "./helpers";

afterAll(removeTemporaryFolders);

const THING = resource("a", { outputs: { password: new Secret("hunter2") } });

async function withThing(): Promise<Place> {
  const made = await place();
  const update = await made.stack.beginUpdate("update");
  await update.recorder.change({ put: THING });
  await update.finish({ ...SUCCEEDED, changes: { create: 1 }, config: { "demo:key": { secure: "v1:x" } } });
  return made;
}

function tree(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

test("a finished update leaves the files that Pulumi's own CLI leaves, for their owner alone", async () => {
  const { folder } = await withThing();
  expect(tree(folder).map((name) => name.replace(/\d{19}/, "<time>"))).toEqual([
    `.pulumi/backups/${PROJECT}/${STACK}/${STACK}.<time>.json`,
    `.pulumi/history/${PROJECT}/${STACK}/${STACK}-<time>.checkpoint.json`,
    `.pulumi/history/${PROJECT}/${STACK}/${STACK}-<time>.history.json`,
    `.pulumi/meta.yaml`,
    `.pulumi/stacks/${PROJECT}/${STACK}.json`,
    `.pulumi/stacks/${PROJECT}/${STACK}.json.bak`,
  ]);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const { mode } = statSync(join(entry.parentPath, entry.name));
    expect(mode & 0o777).toBe(entry.isDirectory() ? 0o700 : 0o600);
  }
});

test("the checkpoint is of the form that Pulumi's own CLI reads", async () => {
  const { folder } = await withThing();
  expect(JSON.parse(readFileSync(checkpointPath(folder), "utf8"))).toEqual({
    version: 3,
    checkpoint: {
      stack: `organization/${PROJECT}/${STACK}`,
      latest: {
        manifest: { time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/), magic: "", version: "" },
        secrets_providers: { type: "passphrase", state: { salt: SALT } },
        resources: [expect.objectContaining({ urn: THING.urn, custom: true, id: "id-a" })],
        metadata: {},
      },
    },
  });
});

test("what one update saved the next one finds, and saving it again changes nothing", async () => {
  const { folder, stack } = await withThing();
  const before = JSON.parse(readFileSync(checkpointPath(folder), "utf8"));
  const update = await stack.beginUpdate("update");
  expect(update.snapshot).toEqual({ resources: [THING], pendingOperations: [] });
  await update.finish(SUCCEEDED);
  const after = JSON.parse(readFileSync(checkpointPath(folder), "utf8"));
  expect(after.checkpoint.latest.resources).toEqual(before.checkpoint.latest.resources);
});

test("the history tells of updates, the most recent first", async () => {
  const { stack } = await withThing();
  await (await stack.beginUpdate("refresh")).finish({ result: "failed", changes: {}, config: {}, message: "again" });
  expect(await stack.history()).toEqual([
    expect.objectContaining({ kind: "refresh", result: "failed", message: "again" }),
    expect.objectContaining({
      kind: "update",
      result: "succeeded",
      resourceChanges: { create: 1 },
      config: { "demo:key": { secure: "v1:x" } },
      startTime: expect.any(Number),
    }),
  ]);
});

test("stacks are listed with their resources, and whether an update is under way", async () => {
  const { backend, stack } = await withThing();
  const update = await stack.beginUpdate("update");
  const [summary] = await backend.list(PROJECT);
  expect(summary).toMatchObject({ project: PROJECT, name: STACK, resourceCount: 1, updateInProgress: true });
  expect(summary?.lastUpdate).toBeDefined();
  await update.abandon();
  expect(await backend.list("other")).toEqual([]);
});

test("a stack has a last update after its resources are gone, and none before the first", async () => {
  const { backend, stack } = await place();
  expect((await backend.list())[0]).not.toHaveProperty("lastUpdate");
  const update = await stack.beginUpdate("destroy");
  await update.finish({ ...SUCCEEDED, changes: {}, config: {} });
  expect((await backend.list())[0]).toMatchObject({ resourceCount: 0, lastUpdate: expect.any(String) });
});

test("a stack that cannot be read does not hide the others from the list", async () => {
  const { folder, backend, notices } = await withThing();
  writeFileSync(join(folder, ".pulumi", "stacks", PROJECT, "newer.json"), '{"version": 9}');
  expect((await backend.list()).map((summary) => summary.name)).toEqual([STACK]);
  expect(notices.join()).toMatch(/newer\.json is of version 9/);
});

test("a stack that does not exist is refused by name", async () => {
  const { backend } = await place();
  await expect(backend.stack(PROJECT, "none").read()).rejects.toThrow(StackNotFoundError);
  await expect(backend.stack(PROJECT, "none").beginUpdate("update")).rejects.toThrow(/demo\/none/);
  expect(() => backend.stack(PROJECT, "../up")).toThrow(/stack name/);
});

test("a stack with resources is removed by force only", async () => {
  const { folder, stack } = await withThing();
  await expect(stack.remove()).rejects.toThrow(/1 resources/);
  await stack.remove({ force: true });
  expect(await stack.exists()).toBe(false);
  expect(tree(folder)).toContain(`.pulumi/stacks/${PROJECT}/${STACK}.json.bak`);
});

describe("an export", () => {
  test("shows secrets only when asked to, and comes back by an import", async () => {
    const { stack } = await withThing();
    const sealed = await stack.export();
    expect(JSON.stringify(sealed)).not.toContain("hunter2");
    expect(JSON.stringify(await stack.export({ showSecrets: true }))).toContain("hunter2");
    for (const deployment of [sealed, await stack.export({ showSecrets: true })]) {
      await stack.import(JSON.parse(JSON.stringify(deployment)));
      expect((await stack.read()).resources).toEqual([THING]);
    }
  });

  test("of another stack is not taken", async () => {
    const { backend, stack } = await withThing();
    const other = backend.stack(PROJECT, "other");
    await other.create(SALT);
    await expect(other.import(await stack.export())).rejects.toThrow(
      /does not belong to stack organization\/demo\/other/,
    );
  });

  test("of another passphrase is encrypted anew", async () => {
    const { stack } = await withThing();
    const elsewhere = { open: () => Promise.resolve(keyCrypter(Buffer.alloc(32, 9))), create: quickKeyring.create };
    const copy = await place(temporaryFolder(), {
      ...elsewhere,
      open: (salt) => (salt === SALT ? quickKeyring : elsewhere).open(salt, ""),
    });
    await copy.stack.import(await stack.export());
    const update = await copy.stack.beginUpdate("update", `${SALT}2`);
    await update.finish(SUCCEEDED);
    expect(await copy.stack.salt()).toBe(`${SALT}2`);
    expect((await copy.stack.read()).resources).toEqual([THING]);
  });
});

describe("a state file is refused untouched when", () => {
  test.each<[string, RegExp, (json: { version: number; checkpoint: { latest: Record<string, unknown> } }) => void]>([
    ["it is of a newer version", /version 5, newer than version 4/, (json) => (json.version = 5)],
    [
      "it uses a feature that is not known",
      /views/,
      (json) => Object.assign(json, { version: 4, features: ["views"] }),
    ],
    [
      "its secrets are not encrypted by passphrase",
      /awskms/,
      ({ checkpoint }) => {
        checkpoint.latest["secrets_providers"] = { type: "awskms", state: {} };
      },
    ],
    [
      "its manifest was altered",
      /magic/,
      ({ checkpoint }) => {
        checkpoint.latest["manifest"] = { version: "v3.1.0", magic: "00" };
      },
    ],
    [
      "it breaks an integrity rule",
      /parent .* is missing/,
      ({ checkpoint }) => {
        checkpoint.latest["resources"] = [{ urn: THING.urn, type: THING.type, custom: true, parent: "urn:x" }];
      },
    ],
  ])("%s", async (_, message, damage) => {
    const { folder, stack } = await withThing();
    const json = JSON.parse(readFileSync(checkpointPath(folder), "utf8"));
    damage(json);
    writeFileSync(checkpointPath(folder), JSON.stringify(json));
    const files = tree(folder);
    await expect(stack.beginUpdate("update")).rejects.toThrow(message);
    expect(JSON.parse(readFileSync(checkpointPath(folder), "utf8"))).toEqual(json);
    expect(tree(folder)).toEqual(files);
  });

  test("it is not JSON, without quoting it", async () => {
    const { folder, stack } = await withThing();
    writeFileSync(checkpointPath(folder), "hunter2");
    await expect(stack.read()).rejects.toThrow(/\.json is not a JSON object; restore it from its \.bak/);
    await expect(stack.read()).rejects.not.toThrow(/hunter2/);
  });
});

test("fields of a newer CLI stay as they were read", async () => {
  const { folder, stack } = await withThing();
  const json = JSON.parse(readFileSync(checkpointPath(folder), "utf8"));
  json.checkpoint.latest.resources[0].hideDiff = ["a.b"];
  json.checkpoint.latest.resources[0].later = { x: 1 };
  json.checkpoint.latest.extensions = { e: {} };
  json.checkpoint.config = { c: "1" };
  writeFileSync(checkpointPath(folder), JSON.stringify(json));
  await (await stack.beginUpdate("update")).finish(SUCCEEDED);
  const after = JSON.parse(readFileSync(checkpointPath(folder), "utf8"));
  expect({ ...after.checkpoint.latest, manifest: 0 }).toEqual({ ...json.checkpoint.latest, manifest: 0 });
  expect(after.checkpoint.config).toEqual({ c: "1" });
});

test("a compressed state is read, and plain from the next save on", async () => {
  const { folder, stack } = await withThing();
  writeFileSync(`${checkpointPath(folder)}.gz`, gzipSync(readFileSync(checkpointPath(folder))));
  renameSync(checkpointPath(folder), `${folder}/away.json`);
  expect((await stack.read()).resources).toEqual([THING]);
  await (await stack.beginUpdate("update")).finish(SUCCEEDED);
  expect(tree(folder)).toContain(`.pulumi/stacks/${PROJECT}/${STACK}.json`);
  expect(tree(folder)).not.toContain(`.pulumi/stacks/${PROJECT}/${STACK}.json.gz`);
});

describe("a backend", () => {
  test.each(["s3://bucket", "https://api.pulumi.com"])("at %s is refused by name", async (url) => {
    await expect(openBackend(url, { keyring: quickKeyring })).rejects.toThrow(url);
  });

  test("of another layout is refused", async () => {
    const { folder } = await place();
    writeFileSync(join(folder, ".pulumi", "meta.yaml"), "version: 2\n");
    await expect(openBackend(`file://${folder}`, { keyring: quickKeyring })).rejects.toThrow(/version 2/);
  });
});

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
