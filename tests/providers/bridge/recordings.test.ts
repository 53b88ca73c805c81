import { join } from "node:path";

import type { DiffResult, ResourceProvider } from "../../../providers/base/provider";
import { toWire } from "../../../providers/base/wire";
import { createRabbitmqProvider } from "../../../providers/rabbitmq";
import { properties, recordedCalls, resourceOf } from "../recorded-calls";

const of = recordedCalls(join(__dirname, "fixtures", "recorded-rabbitmq.json"));

/**
 * A recorded Diff response as our interface gives it; `stables` is not part of it. In the replacement of a block the
 * official provider also reports the collections that are null before and after, which Pulumi's engine then drops.
 */
function expectedDiff(response: Record<string, unknown>) {
  const recorded = (response.detailedDiff ?? {}) as Record<string, { kind?: string }>;
  const detailed = Object.fromEntries(Object.entries(recorded).filter(([path]) => path !== "settings.arguments"));
  return {
    changes: response.changes === "DIFF_SOME",
    replaces: [...new Set((response.replaces ?? []) as string[])],
    diffs: response.diffs ?? [],
    deleteBeforeReplace: response.deleteBeforeReplace ?? false,
    detailedDiff: Object.fromEntries(
      Object.entries(detailed).map(([path, { kind }]) => [path, (kind ?? "ADD").toLowerCase().replace("_", "-")]),
    ),
  };
}

function actualDiff(diff: DiffResult) {
  return {
    changes: diff.changes,
    replaces: diff.replaces,
    diffs: diff.diffs,
    deleteBeforeReplace: diff.deleteBeforeReplace ?? false,
    detailedDiff: Object.fromEntries(
      Object.entries(diff.detailedDiff ?? {}).map(([path, { kind, inputDiff }]) => {
        expect(inputDiff).toBe(false);
        return [path, kind];
      }),
    ),
  };
}

describe("the official provider's recorded answers", () => {
  const provider: ResourceProvider = createRabbitmqProvider();

  test.each(of("Check"))("Check %s", async (_, { request, response }) => {
    const checked = await provider.check({
      ...resourceOf(request),
      inputs: properties(request.news),
      oldInputs: properties(request.olds),
    });
    expect(checked.failures).toEqual([]);
    expect(toWire(checked.inputs)).toEqual(response.inputs);
  });

  test.each(of("Diff"))("Diff %s", async (_, { request, response }) => {
    const diff = await provider.diff({
      ...resourceOf(request),
      id: request.id ?? "",
      oldInputs: properties(request.oldInputs),
      oldOutputs: properties(request.olds),
      inputs: properties(request.news),
    });
    expect(actualDiff(diff)).toEqual(expectedDiff(response));
  });

  const previews = of("Create").filter(([, { request }]) => request.preview);
  test.each(previews)("Create in a preview %s", async (_, { request, response }) => {
    const created = await provider.create({
      ...resourceOf(request),
      inputs: properties(request.properties),
      preview: true,
    });
    expect(toWire(created.outputs)).toEqual(response.properties);
  });
});
