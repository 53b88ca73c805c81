import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { importModule } from "./import-module";
import type { ProgramInfo } from "./operation";

/** Loads the program anew each time, with all modules of its own, since loading it is what declares resources. */
export async function loadProgram(projectRequire: NodeJS.Require, entry: ProgramInfo["entry"]): Promise<unknown> {
  if (typeof entry === "function") return entry();
  const file = projectRequire.resolve(entry);
  if (isEsModule(file)) return runEsModule(file);
  forget(projectRequire.cache, file, new Set());
  const exported: unknown = projectRequire(file);
  const program = isModuleWithDefault(exported) ? exported.default : exported;
  return typeof program === "function" ? ((await program()) as unknown) : program;
}

/** Its default export, or else all that it exports by name. */
async function runEsModule(file: string): Promise<unknown> {
  const exported = await importModule(file);
  if (!("default" in exported)) return { ...exported };
  const [other] = Object.keys(exported).filter((name) => name !== "default");
  if (other !== undefined) {
    throw new Error(
      `${file} exports a default and "${other}"; outputs are one default export or named exports, not both`,
    );
  }
  const program = exported["default"];
  return typeof program === "function" ? ((await program()) as unknown) : program;
}

/** As Node decides: by the ending, else by the nearest package.json. */
function isEsModule(file: string): boolean {
  if (/\.m[jt]s$/.test(file)) return true;
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest)) {
      return (
        !/\.c[jt]s$/.test(file) && (JSON.parse(readFileSync(manifest, "utf8")) as { type?: string }).type === "module"
      );
    }
    if (folder === dirname(folder)) return false;
  }
}

function isModuleWithDefault(exported: unknown): exported is { default: unknown } {
  return (
    typeof exported === "object" && exported !== null && "default" in exported && Object.keys(exported).length === 1
  );
}

function forget(cache: NodeJS.Require["cache"], file: string, seen: Set<string>): void {
  const module = cache[file];
  if (module === undefined || seen.has(file) || /[\\/]node_modules[\\/]/.test(file)) return;
  seen.add(file);
  for (const child of module.children) forget(cache, child.id, seen);
  delete cache[file];
}
