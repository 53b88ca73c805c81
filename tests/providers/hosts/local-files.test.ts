import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Secret } from "../../../providers/base/values";
import { createHostsProvider } from "../../../providers/hosts/provider";
import { kinds, resource, type Entry } from "./fixture";

const root = mkdtempSync(join(tmpdir(), "groundwork-local-files-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const provider = createHostsProvider();
beforeAll(() => provider.configure({}));

let count = 0;
let directory: string;
beforeEach(() => (directory = join(root, `${++count}/inner`)));

const files = () => resource(provider, "LocalFiles", "keys");
const inputs = (contents: Record<string, string>) => ({ directory, files: new Secret(contents) });
const read = (name: string) => readFileSync(join(directory, name), "utf8");
const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8);
const seen = async (entry: Entry): Promise<Entry> => {
  const found = await files().read(entry);
  if (found === undefined) throw new Error("not read");
  return found;
};

it("are known by their id before they are made", async () => {
  const checked = await files().check(inputs({ a: "A" }));
  const identity = provider.identify({ ...files().common, inputs: checked });
  expect(identity).toEqual({ kind: "id", id: (await files().create(checked)).id });
});

it("are for their user alone, in a folder that goes with them", async () => {
  const entry = await files().create(inputs({ "a.key": "A", "a.crt": "C" }));
  expect([read("a.key"), read("a.crt")]).toEqual(["A", "C"]);
  expect([join(directory, ".."), directory, join(directory, "a.key")].map(modeOf)).toEqual(["700", "700", "600"]);
  expect(await files().read(entry)).toEqual(entry);
  expect(kinds(await files().diff(entry, entry.inputs))).toEqual({});

  expect(await files().delete(entry)).toEqual([]);
  expect(existsSync(join(directory, ".."))).toBe(false);
});

it("follow a change file by file", async () => {
  const entry = await files().create(inputs({ a: "A", b: "B" }));
  const changed = inputs({ a: "A2", c: "C" });
  expect(kinds(await files().diff(entry, changed))).toEqual({
    "files.a": "update",
    "files.b": "delete",
    "files.c": "add",
  });
  const next = await files().update(entry, changed);
  expect([read("a"), existsSync(join(directory, "b")), read("c")]).toEqual(["A2", false, "C"]);
  expect(await files().read(next)).toEqual(next);
  await files().delete(next);
});

it("that somebody changed, opened or removed are drift, and are put right", async () => {
  const declared = inputs({ a: "A", b: "B", c: "C" });
  const entry = await files().create(declared);
  writeFileSync(join(directory, "a"), "X");
  chmodSync(join(directory, "b"), 0o644);
  rmSync(join(directory, "c"));
  const found = await seen(entry);
  expect(kinds(await files().diff(found, declared))).toEqual({
    "files.a": "update",
    "files.c": "add",
    "modes.b": "update",
  });
  expect(JSON.stringify(found)).not.toContain('"X"');
  const repaired = await files().update(found, declared);
  expect([read("a"), modeOf(join(directory, "b")), read("c")]).toEqual(["A", "600", "C"]);
  await files().delete(repaired);
});

it("that are all gone are to be created again", async () => {
  const entry = await files().create(inputs({ a: "A" }));
  rmSync(directory, { recursive: true });
  expect(await files().read(entry)).toBeUndefined();
  expect(await files().delete(entry)).toEqual([]);
});

it("take over nothing but what is the same already, as an interrupted creation leaves it", async () => {
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  writeFileSync(join(directory, "a"), "A");
  const entry = await files().create(inputs({ a: "A" }));
  expect(modeOf(join(directory, "a"))).toBe("600");
  writeFileSync(join(directory, "b"), "mine");
  await expect(files().create(inputs({ a: "A", b: "B" }))).rejects.toThrow(`${join(directory, "b")} exists`);
  expect(read("b")).toBe("mine");
  expect(await files().delete(entry)).toEqual([]);
  expect(read("b")).toBe("mine");
});

it("leave a folder that holds more, and say so", async () => {
  const entry = await files().create(inputs({ a: "A" }));
  writeFileSync(join(directory, "mine"), "mine");
  expect(await files().delete(entry)).toEqual([
    `${directory} is not empty and stays: remove it when nobody needs what is in it`,
  ]);
});

it("move to another folder by replacement", async () => {
  const entry = await files().create(inputs({ a: "A" }));
  const moved = { ...entry.inputs, directory: join(root, "elsewhere") };
  expect(kinds(await files().diff(entry, moved))).toEqual({ directory: "update-replace" });
  await files().delete(entry);
});

it.each([[".."], ["a/b"], [""]])("cannot be called %j", async (name) => {
  await expect(files().create(inputs({ [name]: "A" }))).rejects.toThrow("is no name of a file in a folder");
});
