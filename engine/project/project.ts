import { readFile, stat } from "node:fs/promises";
import { dirname, extname, join, resolve } from "node:path";
import { parseDocument } from "yaml";
import type { ConfigDeclaration } from "./config-schema";
import type { ProjectPlugin } from "../operation";
import { isObject } from "../state/property-codec";
import { parseConfigSchema } from "./config-schema";
import { ProjectError } from "./errors";
import { parsePlugins } from "./plugins";

/** A Pulumi project, as its Pulumi.yaml declares it. Source: Pulumi's project file reference. */
export interface Project {
  readonly name: string;
  readonly description?: string;
  /** Pulumi.yaml, absolute. */
  readonly file: string;
  /** The folder of Pulumi.yaml, absolute. */
  readonly root: string;
  /** The program's module, absolute. Reading it throws a ProjectError when there is none: not every command runs it. */
  readonly entry: string;
  /** Where the program runs, absolute: `main` when that is a folder, else the folder of that file; without `main` the root. */
  readonly directory: string;
  /** Where `Pulumi.<stack>.yaml` lie, absolute. */
  readonly stackConfigDir: string;
  /** `backend.url`; a relative folder starts from the project's root. */
  readonly backendUrl?: string;
  /** By `project:key`. */
  readonly config: ReadonlyMap<string, ConfigDeclaration>;
  /** `options.refresh: always`: every update refreshes first. */
  readonly alwaysRefresh: boolean;
  readonly plugins: readonly ProjectPlugin[];
}

const PROJECT_FILES = ["Pulumi.json", "Pulumi.yaml", "Pulumi.yml"];
const PROJECT_NAME = /^[A-Za-z0-9_.-]{1,100}$/;
/** In the order in which Node.js tries them. */
const MODULE_EXTENSIONS = ["", ".js", ".cjs", ".mjs", ".ts", ".cts", ".mts"];

/** The project that the folder belongs to: Pulumi.yaml is looked for there and upwards. */
export async function loadProject(directory: string): Promise<Project> {
  const file = await findProjectFile(resolve(directory));
  const document = parseYaml(await readFile(file, "utf8"), file);
  if (!isObject(document)) throw new ProjectError(`${file}: the project is not a map`);
  const root = dirname(file);
  const name = document["name"];
  if (typeof name !== "string" || !PROJECT_NAME.test(name)) {
    throw new ProjectError(`${file}: name is missing or not made of letters, digits, "_", "-" and "."`);
  }
  requireNodejs(document["runtime"], file);
  // An old form names the stacks' folder by `config`.
  const oldForm = typeof document["config"] === "string";
  const configDir = oldForm ? document["config"] : document["stackConfigDir"];
  const main = text(document, "main", file);
  const path = resolve(root, main ?? ".");
  const entry = await findEntry(path);
  const backend = section(document, "backend", file);
  const description = text(document, "description", file);
  const backendUrl = text(backend, "url", `${file}: backend`);
  return {
    name,
    ...(description === undefined ? {} : { description }),
    file,
    root,
    get entry() {
      return entry ?? refuseEntry(file, main);
    },
    directory: entry === undefined || (await isDirectory(path)) ? path : dirname(entry),
    stackConfigDir: resolve(root, typeof configDir === "string" ? configDir : "."),
    ...(backendUrl === undefined ? {} : { backendUrl }),
    config: parseConfigSchema(oldForm ? undefined : document["config"], name, file),
    alwaysRefresh: section(document, "options", file)["refresh"] === "always",
    plugins: parsePlugins(document["plugins"], root, file),
  };
}

/** Parses a YAML (or JSON) file; errors name file, line and reason, not the text around. */
/** What the YAML library says in words of its grammar. */
const PLAINLY: Readonly<Record<string, string>> = {
  MULTILINE_IMPLICIT_KEY: "a colon is missing, or a quote is not closed",
  BLOCK_AS_IMPLICIT_KEY: "there is a second colon; a value that holds one is quoted",
};

export function parseYaml(content: string, file: string): unknown {
  const document = parseDocument(content, { prettyErrors: false });
  const error = document.errors[0];
  if (error) {
    const line = content.slice(0, error.pos[0]).split("\n").length;
    const reason = PLAINLY[error.code] ?? error.message;
    throw new ProjectError(`${file}, line ${line}: this is not YAML: ${reason}; correct it there`);
  }
  return document.toJS();
}

async function findProjectFile(start: string): Promise<string> {
  for (let folder = start; ; folder = dirname(folder)) {
    for (const name of PROJECT_FILES) if (await isFile(join(folder, name))) return join(folder, name);
    if (folder === dirname(folder)) {
      throw new ProjectError(
        `there is no Pulumi.yaml in ${start} or above; go to a project's folder or name it with -C`,
      );
    }
  }
}

function requireNodejs(runtime: unknown, file: string): void {
  const name = isObject(runtime) ? runtime["name"] : runtime;
  if (name === "nodejs") return;
  const found = name === undefined ? "is missing" : `is ${JSON.stringify(name)}`;
  throw new ProjectError(
    `${file}: runtime ${found}; the embedded engine runs nodejs programs, Pulumi's own CLI others`,
  );
}

async function findEntry(path: string): Promise<string | undefined> {
  const manifest = await readFile(join(path, "package.json"), "utf8").catch(() => undefined);
  const declared = manifest === undefined ? undefined : packageMain(manifest);
  const bases = [path, ...(declared === undefined ? [] : [join(path, declared), join(path, declared, "index")])];
  for (const base of [...bases, join(path, "index")]) {
    for (const extension of MODULE_EXTENSIONS) if (await isFile(base + extension)) return base + extension;
  }
  return undefined;
}

function refuseEntry(file: string, main: string | undefined): never {
  const named = main === undefined ? "the project's folder" : `main "${main}"`;
  throw new ProjectError(
    `${file}: ${named} is neither a module nor a folder with package.json main, index.js or index.ts`,
  );
}

function packageMain(manifest: string): string | undefined {
  try {
    const json: unknown = JSON.parse(manifest);
    return isObject(json) && typeof json["main"] === "string" ? json["main"] : undefined;
  } catch {
    return undefined;
  }
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

function text(map: Readonly<Record<string, unknown>>, key: string, where: string): string | undefined {
  const value = map[key];
  if (value === undefined || value === null || typeof value === "string") return value ?? undefined;
  throw new ProjectError(`${where}: ${key} is not a text`);
}

function section(map: Readonly<Record<string, unknown>>, key: string, file: string): Readonly<Record<string, unknown>> {
  const value = map[key] ?? {};
  if (isObject(value)) return value;
  throw new ProjectError(`${file}: ${key} is not a map`);
}

/** The stack's configuration file, beside which `--config-file` names another. */
export function stackConfigPath(project: Project, stack: string, configFile?: string): string {
  if (configFile !== undefined) return resolve(configFile);
  return join(project.stackConfigDir, `Pulumi.${stack}${extname(project.file)}`);
}
