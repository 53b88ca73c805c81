import { readFileSync } from "node:fs";
import { join } from "node:path";

import { fromWire, toWire } from "../../../providers/base/wire";
import type { PropertyMap } from "../../../providers/base/values";
import { createPostgresqlProvider } from "../../../providers/postgresql";

/** One call of Pulumi's engine to the official provider, and its answer. */
interface Call {
  readonly method: "Check" | "Diff" | "Create" | "Update";
  readonly request: {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    readonly id?: string;
    readonly olds?: object;
    readonly news?: object;
    readonly oldInputs?: object;
    readonly properties?: object;
    readonly preview?: boolean;
  };
  readonly response: Record<string, unknown>;
}

const calls = JSON.parse(readFileSync(join(__dirname, "fixtures", "recorded.json"), "utf8")) as Call[];
const of = (method: Call["method"]): [string, Call][] =>
  calls.filter((call) => call.method === method).map((call, i) => [`${i} ${call.request.urn}`, call]);
const map = (wire: object | undefined) => fromWire(wire ?? {}) as PropertyMap;
const base = ({ urn, type, name }: Call["request"]) => ({ urn, type, name });

describe("the official provider's recorded answers", () => {
  const provider = createPostgresqlProvider();

  test.each(of("Check"))("Check %s", async (_, { request, response }) => {
    const checked = await provider.check({ ...base(request), inputs: map(request.news), oldInputs: map(request.olds) });
    expect(checked.failures).toEqual([]);
    expect(toWire(checked.inputs)).toEqual(response.inputs);
  });

  test.each(of("Diff"))("Diff %s", async (_, { request, response }) => {
    const diff = await provider.diff({
      ...base(request),
      id: request.id ?? "",
      oldInputs: map(request.oldInputs),
      oldOutputs: map(request.olds),
      inputs: map(request.news),
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
    const identity = provider.identify({ ...base(request), inputs: map(request.properties) });
    expect(identity).toEqual({ kind: "id", id: response.id });
  });

  test.each(of("Update"))("Update in a preview %s", async (_, { request, response }) => {
    const updated = await provider.update({
      ...base(request),
      id: request.id ?? "",
      oldInputs: map(request.oldInputs),
      oldOutputs: map(request.olds),
      inputs: map(request.news),
      preview: true,
    });
    expect(toWire(updated.outputs)).toEqual(response.properties);
  });
});
