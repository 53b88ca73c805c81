import { readdir } from "node:fs/promises";
import { posix } from "node:path";

import type { DeclaredResource, Inventory, InventoryRequest, UndeclaredObject } from "../../base/inventory";
import { shellWord, textOfBytes } from "../../base/shell-word";
import { isPropertyMap, reveal } from "../../base/values";
import { HostError } from "./connection";
import { hostOf, type Context } from "./context";
import { declaredItems, type Item } from "./items";
import { fieldsOf, quote, runScript, type Line } from "./script";

const FILE_SET = "hosts:index:FileSet";
const LOCAL_FILES = "hosts:index:LocalFiles";

/** Something in a directory: its path, and `file`, `directory`, `symbolic link` or `special file`. */
interface Entry {
  readonly path: string;
  readonly type: string;
}

/**
 * What lies in managed directories and nobody placed, or in the place of what is declared: a directory is managed when it is declared and holds a declared
 * file. One that is declared for a program to write to holds none, and what is in it is the program's.
 */
export async function takeInventory(context: Context, { resources, declared }: InventoryRequest): Promise<Inventory> {
  const sets = resources.filter(({ type }) => type === FILE_SET);
  const places = new Map(sets.map((each) => [placeOf(context, each), each]));
  const onHosts = [...places].map(async ([place, one]): Promise<Inventory> => {
    const here = declared.filter((each) => each.type === FILE_SET && placeOf(context, each) === place);
    const ours = sets.filter((each) => placeOf(context, each) === place);
    try {
      return found(await onHost(context, one, ours, here));
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      const { name } = hostOf(context, one.id, one.inputs);
      return { ...found([]), failures: [{ object: `undeclared files on host ${name}`, reason: error.message }] };
    }
  });
  const all = [...(await Promise.all(onHosts)), found(await onThisMachine(resources, declared))];
  return {
    undeclared: all.flatMap(({ undeclared }) => undeclared),
    notCheckable: [],
    failures: all.flatMap(({ failures }) => failures),
  };
}

function found(undeclared: readonly UndeclaredObject[]): Inventory {
  return { undeclared, notCheckable: [], failures: [] };
}

/** Two stacks may call one host by different names: its address is what counts. */
function placeOf(context: Context, { id, inputs }: DeclaredResource): string {
  if (!isPropertyMap(reveal(inputs["host"] ?? null))) return "";
  const { address, port } = hostOf(context, id, inputs);
  return `${address}:${port}`;
}

function managedDirectories(ours: readonly DeclaredResource[], here: readonly DeclaredResource[]): readonly string[] {
  const files = here.flatMap(({ inputs }) => declaredItems(inputs).items.filter(({ kind }) => kind !== "directory"));
  const holding = new Set(files.map(({ path }) => posix.dirname(path)));
  const directories = ours.flatMap(({ inputs }) =>
    declaredItems(inputs).items.filter(({ kind }) => kind === "directory"),
  );
  return [...new Set(directories.map(({ path }) => path).filter((path) => holding.has(path)))];
}

/** Declared paths, and those that lead to them. */
function pathsOf(here: readonly DeclaredResource[]): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const { path } of here.flatMap(({ inputs }) => declaredItems(inputs).items)) {
    for (let each = path; each !== "/" && !paths.has(each); each = posix.dirname(each)) paths.add(each);
  }
  return paths;
}

async function onHost(
  context: Context,
  { id, inputs }: DeclaredResource,
  ours: readonly DeclaredResource[],
  here: readonly DeclaredResource[],
): Promise<readonly UndeclaredObject[]> {
  const host = hostOf(context, id, inputs);
  const declared = pathsOf(here);
  const items = new Map(ours.flatMap((set) => declaredItems(set.inputs).items).map((item) => [item.path, item]));
  const commands = [
    "claimed_paths",
    ...managedDirectories(ours, here).map((directory) => `entries_of ${quote(directory)}`),
    ...[...items.keys()].map((path) => `entry_at ${quote(path)}`),
  ];
  const { lines } = await runScript(context, { id, inputs, commands });
  // Sets of stacks that keep their state elsewhere are known by the host's own records; what is being placed right now
  // lies beside its place under a name that follows from it.
  const claims = fieldsOf(lines, "claimed");
  const placed = new Set(claims.map(([, ...path]) => path.join("|")));
  const staged = new Set(claims.map(([key = ""]) => `.groundwork-${key.split("_")[0]}`));
  const entries = new Map(
    lines.filter(({ kind }) => kind === "entry").map((line) => [entryOf(line).path, entryOf(line)]),
  );
  const tell = (entry: Entry, more?: Partial<UndeclaredObject>): UndeclaredObject => ({
    ...told(entry, `host ${host.name}`, `on host ${host.name}, as root`),
    ...more,
  });
  return [...entries.values()].flatMap((entry): UndeclaredObject[] => {
    const { path, type } = entry;
    const item = items.get(path);
    if (item !== undefined && isInTheWay(item, entry)) {
      const wanted = item.kind === "directory" ? "directory" : "file";
      return [tell(entry, { found: `a ${type} where a ${wanted} is declared`, severity: "high" })];
    }
    const known = declared.has(path) || placed.has(path) || staged.has(posix.basename(path).replace(/-block$/, ""));
    return known ? [] : [tell(entry)];
  });
}

/** What no placement takes away: a link in the place of a whole file is replaced, nothing else that is no file. */
function isInTheWay({ kind }: Item, { type }: Entry): boolean {
  switch (kind) {
    case "directory":
      return type !== "directory";
    case "whole":
      return type !== "file" && type !== "symbolic link";
    case "block":
    case "seed":
      return type !== "file";
  }
}

function entryOf({ fields }: Line): Entry {
  const [type = "", form = "", ...path] = fields;
  const text = path.join("|");
  return { type, path: form === "base64" ? textOfBytes(Buffer.from(text, "base64")) : text };
}

/** The folders of `LocalFiles`. */
async function onThisMachine(
  resources: readonly DeclaredResource[],
  declared: readonly DeclaredResource[],
): Promise<readonly UndeclaredObject[]> {
  const folderOf = ({ inputs }: DeclaredResource): string => String(reveal(inputs["directory"] ?? ""));
  const folders = [...new Set(resources.filter(({ type }) => type === LOCAL_FILES).map(folderOf))];
  const all = folders.map(async (folder) => {
    const sets = declared.filter((each) => each.type === LOCAL_FILES && folderOf(each) === folder);
    const names = new Set(sets.flatMap(({ outputs }) => Object.keys(reveal(outputs["modes"] ?? {}) as object)));
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    });
    return entries
      .filter(({ name }) => !names.has(name))
      .map((entry) => {
        const type = entry.isDirectory() ? "directory" : entry.isSymbolicLink() ? "symbolic link" : "file";
        return told({ type, path: posix.join(folder, entry.name) }, "this machine", "on this machine");
      });
  });
  return (await Promise.all(all)).flat();
}

function told({ path, type }: Entry, place: string, where: string): UndeclaredObject {
  return {
    ...{ kind: "file", name: path, place, found: `a ${type}`, severity: "medium" },
    remove: { where, turn: 1, command: `rm ${type === "directory" ? "-r " : ""}-- ${shellWord(path)}` },
  };
}
