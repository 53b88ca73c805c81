import { chmod, mkdir, open, readFile, rename, rmdir, stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";

import { isPropertyMap, reveal, secret, UNKNOWN, type PropertyMap } from "../../base/values";
import { idAt } from "./context";
import { change, diffInputs, merge, toResult } from "./detailed-diff";
import { LOCAL_FILES_FIELDS } from "./fields";
import { judgeKeys, type Resource } from "./resource";

const FILE_MODE = "0600";
const DIRECTORY_MODE = 0o700;

/** What is in the folder of what was declared, by file name. */
interface Found {
  readonly content: string;
  readonly mode: string;
}

/** Files on the machine that `up` runs on, for its user alone. */
export const LOCAL_FILES: Resource = {
  fields: LOCAL_FILES_FIELDS,
  judge: (inputs) => judgeKeys(inputs, "files", /^(?!\.\.?$)[\w.@+-]+$/, "name of a file in a folder"),
  id: (urn, name) => idAt("local", urn, name),

  /** Declared against what is there. Another folder is another set of files. */
  diff(oldInputs, oldOutputs, inputs) {
    const modes = reveal(oldOutputs["modes"] ?? {});
    const opened = Object.entries(isPropertyMap(modes) ? modes : {}).filter(([, mode]) => mode !== FILE_MODE);
    return toResult(
      merge([
        diffInputs(LOCAL_FILES_FIELDS, { ...oldInputs, files: oldOutputs["files"] ?? {} }, inputs),
        ...opened.map(([name]) => change(`modes.${name}`, "update", false)),
      ]),
    );
  },

  async create(_, { inputs, preview }) {
    if (preview) return { files: secret(UNKNOWN), modes: UNKNOWN, made: UNKNOWN };
    const { directory, files } = declared(inputs);
    const present = await look(directory, [...files.keys()]);
    for (const [file, { content }] of present) {
      if (content === files.get(file)) continue;
      throw new Error(`${join(directory, file)} exists with other content: move it away, or name another folder.`);
    }
    const made = await makeDirectory(directory);
    for (const [file, content] of files) await write(directory, file, content);
    return outputsOf(await look(directory, [...files.keys()]), made);
  },

  async update(_, request) {
    const { oldOutputs, inputs, preview } = request;
    if (preview) return { ...oldOutputs, files: secret(UNKNOWN), modes: UNKNOWN };
    const { directory, files } = declared(inputs);
    const before = declared({ directory, files: oldOutputs["files"] ?? {} }).files;
    const made = [...new Set([...madeBefore(oldOutputs), ...(await makeDirectory(directory))])];
    for (const file of before.keys()) if (!files.has(file)) await removeFile(join(directory, file));
    for (const [file, content] of files) await write(directory, file, content);
    return outputsOf(await look(directory, [...files.keys()]), made);
  },

  async read(_, request) {
    const { id, inputs, outputs } = request;
    if (inputs === undefined) throw new Error(`${id} cannot be imported: declare it, and let up write it.`);
    const { directory, files } = declared(inputs);
    const found = await look(directory, [...files.keys()]);
    if (found.size === 0) return undefined;
    const next = outputsOf(found, madeBefore(outputs ?? {}));
    return { id, inputs: { ...inputs, files: next["files"] ?? {} }, outputs: next };
  },

  async delete(_, request) {
    const { directory } = declared(request.inputs);
    const { files } = declared({ directory, files: request.outputs["files"] ?? {} });
    for (const file of files.keys()) await removeFile(join(directory, file));
    for (const folder of madeBefore(request.outputs).reverse()) {
      try {
        await rmdir(folder);
      } catch (error) {
        if (codeOf(error) === "ENOENT") continue;
        if (codeOf(error) !== "ENOTEMPTY") throw error;
        return [`${folder} is not empty and stays: remove it when nobody needs what is in it`];
      }
    }
    return [];
  },
};

function declared(inputs: PropertyMap): { readonly directory: string; readonly files: ReadonlyMap<string, string> } {
  const plain = reveal(inputs) as PropertyMap;
  const files = isPropertyMap(plain["files"]) ? Object.entries(plain["files"]) : [];
  return { directory: String(plain["directory"]), files: new Map(files.map(([name, text]) => [name, String(text)])) };
}

function outputsOf(found: ReadonlyMap<string, Found>, made: readonly string[]): PropertyMap {
  const each = <K extends keyof Found>(key: K) =>
    Object.fromEntries([...found].map(([name, file]) => [name, file[key]] as const));
  return { files: secret(each("content")), modes: each("mode"), made: [...made] };
}

/** Folders that were made for the files, the outermost first. */
function madeBefore(outputs: PropertyMap): string[] {
  const made = reveal(outputs["made"] ?? []);
  return Array.isArray(made) ? made.map(String) : [];
}

async function look(directory: string, names: readonly string[]): Promise<ReadonlyMap<string, Found>> {
  const found = new Map<string, Found>();
  for (const name of names) {
    const path = join(directory, name);
    try {
      const mode = ((await stat(path)).mode & 0o7777).toString(8).padStart(4, "0");
      found.set(name, { content: await readFile(path, "utf8"), mode });
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw error;
    }
  }
  return found;
}

async function makeDirectory(directory: string): Promise<readonly string[]> {
  const outermost = await mkdir(directory, { recursive: true, mode: DIRECTORY_MODE });
  if (outermost === undefined) return [];
  const made = [directory];
  while (made[0] !== undefined && made[0] !== outermost) made.unshift(dirname(made[0]));
  return made;
}

/** At no moment is there a part of the file, or a file that others can read. */
async function write(directory: string, name: string, content: string): Promise<void> {
  const path = join(directory, name);
  const draft = join(directory, `.${name}.groundwork`);
  await removeFile(draft);
  const handle = await open(draft, "wx", 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  // The mode above is narrowed by the umask.
  await chmod(draft, 0o600);
  await rename(draft, path);
}

async function removeFile(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
