import type { ResourceProvider } from "../../providers/base/provider";
import { equalValues } from "../../providers/base/values";
import { DYNAMIC_PACKAGE } from "../urn";
import { resolveSdk } from "./find";
import { startPlugin } from "./start";
import type { PluginStart } from "./start";

/** Where a dynamic resource keeps its provider's code. */
const CODE = "__provider";

/**
 * Dynamic providers: resources that bring the code which manages them, run by the program's own SDK in a process beside
 * this one. A provider without `diff` says nothing about a change of its code alone, which is an update all the same.
 */
export async function openDynamicProvider(start: PluginStart): Promise<ResourceProvider> {
  const { directory } = start.request.program;
  const path = resolveSdk("cmd/dynamic-provider", directory);
  const plugin = await startPlugin(
    DYNAMIC_PACKAGE,
    { command: process.execPath, args: [path], path },
    start,
    (line, stream) => start.tell(stream === "stdout" ? "info" : "info#err", line),
  );
  const ask = plugin.diff.bind(plugin);
  plugin.diff = async (request) => {
    const diff = await ask(request);
    const { inputs, oldInputs } = request;
    if (diff.changes !== undefined || equalValues(inputs[CODE], oldInputs[CODE])) return diff;
    const keys = new Set([...Object.keys(inputs), ...Object.keys(oldInputs)]);
    return { ...diff, changes: true, diffs: [...keys].filter((key) => !equalValues(inputs[key], oldInputs[key])) };
  };
  return plugin;
}
