// How Node finds and loads the ES modules of a program: those that a run imports carry its number in their address, so
// that each run has its own (loading them is what declares resources) while packages stay loaded; and TypeScript is
// transpiled. Source: Node's documentation of module customization hooks.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);
const { transpiledModule } = require("./transpile.js");
const { candidates } = require("./typescript-paths.js");
const RUN = /\?groundwork-run=\d+$/;
const TYPESCRIPT = /\.m?ts$/;

export async function resolve(specifier, context, next) {
  const [run] = RUN.exec(context.parentURL ?? "") ?? [];
  if (run === undefined) return next(specifier, context);
  const found = await resolveTypeScript(specifier, context, next);
  const isOwn = found.url.startsWith("file:") && !found.url.includes("/node_modules/");
  return isOwn ? { ...found, url: found.url + run } : found;
}

/** TypeScript imports a module by the name that it will have (`./net.js`), by none (`./net`), or by one of its own. */
async function resolveTypeScript(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (error) {
    for (const path of candidates(specifier, fileURLToPath(context.parentURL.replace(RUN, "")))) {
      try {
        return await next(pathToFileURL(path).href, context);
      } catch {
        continue;
      }
    }
    throw error;
  }
}

export async function load(url, context, next) {
  const path = url.replace(RUN, "");
  if (path === url || !TYPESCRIPT.test(path)) return next(url, context);
  const filename = fileURLToPath(path);
  const { code } = transpiledModule(filename, await readFile(filename, "utf8"));
  return { format: "module", source: code, shortCircuit: true };
}
