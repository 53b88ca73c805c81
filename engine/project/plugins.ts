import { resolve } from "node:path";
import type { ProjectPlugin } from "../operation";
import { isObject } from "../state/property-codec";
import { ProjectError } from "./errors";

/** `plugins.providers` of Pulumi.yaml; paths start from the project's folder. Source: Pulumi's project file reference. */
export function parsePlugins(plugins: unknown, root: string, file: string): readonly ProjectPlugin[] {
  if (plugins === undefined || plugins === null) return [];
  if (!isObject(plugins)) throw new ProjectError(`${file}: plugins is not a map`);
  const providers = plugins["providers"] ?? [];
  if (!Array.isArray(providers)) throw new ProjectError(`${file}: plugins.providers is not a list`);
  return providers.map((provider: unknown, i) => {
    const { name, path, version } = isObject(provider) ? provider : {};
    if (typeof name !== "string" || typeof path !== "string") {
      throw new ProjectError(`${file}: plugins.providers[${i}] needs a name and a path`);
    }
    return { name, path: resolve(root, path), ...(typeof version === "string" && { version }) };
  });
}
