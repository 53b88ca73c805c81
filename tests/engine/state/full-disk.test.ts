import { spawnSync } from "node:child_process";
import { rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { place, removeTemporaryFolders, resource, SUCCEEDED, temporaryFolder } from "./helpers";

/** A file system of its own, where the test may mount one; undefined where it may not. */
function mountSmallDisk(): string | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const folder = temporaryFolder();
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]);
  return mounted.status === 0 ? folder : undefined;
}

const disk = mountSmallDisk();
const testOnSmallDisk = disk === undefined ? test.skip : test;

afterAll(() => {
  if (disk !== undefined) spawnSync("umount", [disk]);
  removeTemporaryFolders();
});

function fillDisk(folder: string): string {
  const filler = join(folder, "filler");
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(filler, Buffer.alloc(bavail * bsize));
  return filler;
}

testOnSmallDisk("on a full disk an update says so and loses nothing (needs root, to mount a small disk)", async () => {
  const folder = disk ?? "";
  const { stack } = await place(folder);
  const first = await stack.beginUpdate("update");
  await first.recorder.change({ put: resource("before") });
  await first.finish(SUCCEEDED);

  const update = await stack.beginUpdate("update");
  const made = resource("made", { outputs: { padding: "x".repeat(10_000) } });
  const ticket = await update.recorder.begin("creating", made);
  let filler = fillDisk(folder);
  await expect(update.recorder.end(ticket, { put: made })).rejects.toThrow(/journal: the disk is full/);
  await expect(update.recorder.begin("creating", made)).rejects.toThrow(/the disk is full/);
  await expect(update.finish(SUCCEEDED)).rejects.toThrow(/the disk is full/);

  await expect(stack.beginUpdate("update")).rejects.toThrow(/the disk is full/);
  rmSync(filler);
  const next = await stack.beginUpdate("update");
  expect(next.snapshot.resources).toEqual([resource("before")]);
  expect(next.snapshot.pendingOperations).toMatchObject([
    { type: "creating", resource: { urn: made.urn }, journaled: true },
  ]);

  filler = fillDisk(folder);
  await expect(next.recorder.change({ put: made })).rejects.toThrow(/the disk is full/);
  rmSync(filler);
  await next.recorder.change({ put: resource("after") });
  await next.abandon();
  expect((await stack.read()).resources).toEqual([resource("before"), made, resource("after")]);
});

testOnSmallDisk("in a read-only folder an update is refused, and reading goes on", async () => {
  const folder = disk ?? "";
  const { stack } = await place(folder);
  const before = await stack.read();
  spawnSync("mount", ["-o", "remount,ro", folder]);
  try {
    await expect(stack.beginUpdate("update")).rejects.toThrow(/cannot write .*: the file system is read-only/);
    expect(await stack.read()).toEqual(before);
  } finally {
    spawnSync("mount", ["-o", "remount,rw", folder]);
  }
});
