// How Node finds and loads the ES modules of a program: those that a run imports carry its number in their address, so
// that each run has its own (loading them is what declares resources) while packages stay loaded; and TypeScript is
// transpiled. Source: Node's documentation of module customization hooks.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const { transpiledModule } = createRequire(import.meta.url)("./transpile.js");
const RUN = /\?groundwork-run=\d+$/;
const TYPESCRIPT = /\.m?ts$/;

export async function resolve(specifier, context, next) {
  const [run] = RUN.exec(context.parentURL ?? "") ?? [];
  if (run === undefined) return next(specifier, context);
  const found = await resolveTypeScript(specifier, context, next);
  const isOwn = found.url.startsWith("file:") && !found.url.includes("/node_modules/");
  return isOwn ? { ...found, url: found.url + run } : found;
}

/** TypeScript imports a module by the name that it will have (`./net.js`), or by none (`./net`). */
async function resolveTypeScript(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (error) {
    if (!/^\.{0,2}\//.test(specifier)) throw error;
    const bare = specifier.replace(/\.(m?)js$/, "");
    for (const name of [`${bare}.ts`, `${bare}.mts`, `${bare}.js`, `${specifier}/index.ts`, `${specifier}/index.js`]) {
      try {
        return await next(name, context);
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
