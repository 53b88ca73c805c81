import { constants } from "node:fs";
import { access, readdir, readFile, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import type { PluginOptions } from "../operation";
import type { PackageRequest } from "../packages";
import { parseYaml } from "../project/project";
import { isObject } from "../state/property-codec";

/** How a plugin is started; the engine's address comes last among the arguments. */
export interface FoundPlugin {
  readonly path: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Found by chance, on PATH, in whatever version it is. */
  readonly ambient: boolean;
}

/**
 * Looks for a resource plugin where Pulumi's CLI does, in its order: the project's own, PATH (unless
 * PULUMI_IGNORE_AMBIENT_PLUGINS), and the folder of installed plugins, there in exactly the version that is asked for, or
 * in the newest when none is. Throws an error that says where it looked.
 */
export async function findPlugin(
  { name, version, downloadUrl }: PackageRequest,
  { project, environment }: PluginOptions,
  root: string,
): Promise<FoundPlugin> {
  const file = `pulumi-resource-${name}`;
  const own = project.find((plugin) => plugin.name === name && fits(plugin.version, version));
  if (own !== undefined) return startOf(own.path, file, root);
  const isAmbientIgnored = /^(1|true)$/i.test(environment["PULUMI_IGNORE_AMBIENT_PLUGINS"] ?? "");
  const folders = isAmbientIgnored ? [] : (environment["PATH"] ?? "").split(delimiter).filter((each) => each !== "");
  for (const folder of folders) {
    const path = join(folder, file);
    if (await isExecutable(path)) return { path, command: path, args: [], ambient: true };
  }
  const installed = join(environment["PULUMI_HOME"] ?? join(environment["HOME"] ?? homedir(), ".pulumi"), "plugins");
  const found = await findInstalled(installed, name, version);
  if (found !== undefined) return startOf(found, file, root);
  const wanted = [name, version, downloadUrl && `--server ${downloadUrl}`].filter((word) => word !== "").join(" ");
  throw new Error(
    `no plugin serves package "${name}"${version === "" ? "" : ` ${version}`}: it is not among plugins.providers of Pulumi.yaml, ` +
      `${isAmbientIgnored ? "" : `there is no ${file} on PATH, `}and ${installed} has no resource-${name}-v${version || "<version>"}; ` +
      `install it with \`pulumi plugin install resource ${wanted}\`, or name its folder in Pulumi.yaml`,
  );
}

function fits(offered: string | undefined, wanted: string): boolean {
  return offered === undefined || wanted === "" || offered === wanted;
}

async function findInstalled(folder: string, name: string, version: string): Promise<string | undefined> {
  const prefix = `resource-${name}-v`;
  const entries = await readdir(folder).catch((): string[] => []);
  // A download that was interrupted leaves a mark beside the folder.
  const versions = entries
    .filter((entry) => entry.startsWith(prefix) && /^\d+\.\d+\.\d+/.test(entry.slice(prefix.length)))
    .filter((entry) => !/\.(partial|lock)$/.test(entry) && !entries.includes(`${entry}.partial`))
    .map((entry) => entry.slice(prefix.length))
    .sort(compareVersions);
  const chosen = version === "" ? versions.at(-1) : versions.find((each) => each === version);
  return chosen === undefined ? undefined : join(folder, prefix + chosen);
}

/** By number; the order of pre-releases of one version is not told. */
export function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

/** A plugin is an executable, or a folder with one, or a folder with PulumiPlugin.yaml that an SDK runs. */
async function startOf(path: string, file: string, root: string): Promise<FoundPlugin> {
  if (!(await stat(path).catch(() => undefined))?.isDirectory()) {
    if (await isExecutable(path)) return { path, command: path, args: [], ambient: false };
    throw new Error(`${path} is neither a plugin's folder nor an executable`);
  }
  const executable = join(path, file);
  if (await isExecutable(executable)) return { path: executable, command: executable, args: [], ambient: false };
  const manifest = join(path, "PulumiPlugin.yaml");
  const content = await readFile(manifest, "utf8").catch(() => undefined);
  if (content === undefined) throw new Error(`${path} has neither ${file} nor PulumiPlugin.yaml`);
  const yaml = parseYaml(content, manifest);
  const runtime = isObject(yaml) ? yaml["runtime"] : undefined;
  const language = isObject(runtime) ? runtime["name"] : runtime;
  if (language !== "nodejs") {
    throw new Error(
      `${manifest}: only plugins with the runtime nodejs are run by the embedded engine, use Pulumi's own CLI`,
    );
  }
  return { path, command: process.execPath, args: [resolveSdk("cmd/run-plugin", path, root), path], ambient: false };
}

/** A file of the first @pulumi/pulumi that one of the folders can load. */
export function resolveSdk(module: string, ...folders: readonly string[]): string {
  for (const folder of folders) {
    try {
      return createRequire(join(folder, "package.json")).resolve(`@pulumi/pulumi/${module}`);
    } catch {
      // The next folder may have it.
    }
  }
  throw new Error(`@pulumi/pulumi/${module} cannot be loaded from ${folders.join(" or ")}; run npm install there`);
}

async function isExecutable(path: string): Promise<boolean> {
  const isFile = (await stat(path).catch(() => undefined))?.isFile() ?? false;
  return (
    isFile &&
    access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
  );
}
