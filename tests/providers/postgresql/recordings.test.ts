import { join } from "node:path";

import { toWire } from "../../../providers/base/wire";
import { createPostgresqlProvider } from "../../../providers/postgresql";
import { properties, recordedCalls, resourceOf } from "../recorded-calls";

const of = recordedCalls(join(__dirname, "fixtures", "recorded.json"));

describe("the official provider's recorded answers", () => {
  const provider = createPostgresqlProvider();

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
    const recorded = (response.detailedDiff ?? {}) as Record<string, { kind?: string }>;
    expect({
      changes: diff.changes,
      replaces: diff.replaces,
      diffs: diff.diffs,
      detailedDiff: Object.fromEntries(Object.entries(diff.detailedDiff ?? {}).map(([path, d]) => [path, d.kind])),
    }).toEqual({
      changes: response.changes === "DIFF_SOME",
      replaces: response.replaces ?? [],
      diffs: response.diffs ?? [],
      detailedDiff: Object.fromEntries(
        Object.entries(recorded).map(([path, { kind = "ADD" }]) => [path, kind.toLowerCase().replace("_", "-")]),
      ),
    });
  });

  test.each(of("Create"))("identifies what it creates: %s", (_, { request, response }) => {
    const identity = provider.identify({ ...resourceOf(request), inputs: properties(request.properties) });
    expect(identity).toEqual({ kind: "id", id: response.id });
  });

  test.each(of("Update"))("Update in a preview %s", async (_, { request, response }) => {
    const updated = await provider.update({
      ...resourceOf(request),
      id: request.id ?? "",
      oldInputs: properties(request.oldInputs),
      oldOutputs: properties(request.olds),
      inputs: properties(request.news),
      preview: true,
    });
    expect(toWire(updated.outputs)).toEqual(response.properties);
  });
});
