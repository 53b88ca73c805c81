import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StackNotFoundError } from "../../../engine/state/errors";
import { keyCrypter } from "../../../engine/state/passphrase";
import {
  checkpointPath,
  place,
  PROJECT,
  quickKeyring,
  SALT,
  STACK,
  SUCCEEDED,
  temporaryFolder,
  THING,
  withThing,
  tree,
  removeTemporaryFolders,
} from "./helpers";

afterAll(removeTemporaryFolders);

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
