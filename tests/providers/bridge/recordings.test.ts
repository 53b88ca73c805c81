import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { DiffResult, ResourceProvider } from "../../../providers/base/provider";
import type { PropertyMap } from "../../../providers/base/values";
import { fromWire, toWire } from "../../../providers/base/wire";
import { createRabbitmqProvider } from "../../../providers/rabbitmq";

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

const calls = JSON.parse(readFileSync(join(__dirname, "fixtures", "recorded-rabbitmq.json"), "utf8")) as Call[];

function of(method: Call["method"]): [string, Call][] {
  return calls.filter((call) => call.method === method).map((call, i) => [`${i} ${call.request.urn}`, call]);
}

function map(wire: object | undefined): PropertyMap {
  return fromWire(wire ?? {}) as PropertyMap;
}

function base(request: Call["request"]) {
  return { urn: request.urn, type: request.type, name: request.name };
}

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
    expect(actualDiff(diff)).toEqual(expectedDiff(response));
  });

  const previews = of("Create").filter(([, { request }]) => request.preview);
  test.each(previews)("Create in a preview %s", async (_, { request, response }) => {
    const created = await provider.create({ ...base(request), inputs: map(request.properties), preview: true });
    expect(toWire(created.outputs)).toEqual(response.properties);
  });
});
