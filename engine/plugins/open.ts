import type { ResourceProvider } from "../../providers/base/provider";
import { DYNAMIC_PACKAGE } from "../urn";
import { UnsupportedError } from "../errors";
import { openDynamicProvider } from "./dynamic";
import { compareVersions, findPlugin } from "./find";
import type { PackageRequest } from "../packages";
import { startPlugin } from "./start";
import type { PluginStart } from "./start";

/** Starts the process that serves a package. */
export async function openPlugin(wanted: PackageRequest, start: PluginStart): Promise<ResourceProvider> {
  const { name, version } = wanted;
  const { request, tell } = start;
  if (name === DYNAMIC_PACKAGE) return openDynamicProvider(start);
  const { plugins, program } = request;
  if (plugins === undefined)
    throw new UnsupportedError("the program", `package "${name}" (no built-in provider serves it)`);
  const found = await findPlugin(wanted, plugins, program.root);
  if (found.ambient) tell("warning", `using pulumi-resource-${name} from $PATH at ${found.path}`);
  const provider = await startPlugin(name, found, start, (line) => tell("debug", line));
  const actual = await provider.version();
  if (version !== "" && actual !== "" && compareVersions(actual, version) < 0) {
    tell("warning", `the plugin of package "${name}" has version ${actual}, but the program asks for ${version}`);
  }
  return provider;
}
