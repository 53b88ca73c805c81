import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { openBackend } from "../../../engine/state/stack";
import {
  checkpointPath,
  place,
  PROJECT,
  quickKeyring,
  STACK,
  SUCCEEDED,
  THING,
  withThing,
  tree,
  removeTemporaryFolders,
} from "./helpers";

afterAll(removeTemporaryFolders);

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
