import { readFileSync } from "node:fs";

import type { PropertyMap } from "../../providers/base/values";
import { fromWire } from "../../providers/base/wire";

/** One call of Pulumi's engine to the official provider, and its answer. */
export interface RecordedCall {
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

/** The calls of a method in a file of recordings, each with a title for its test. */
export function recordedCalls(file: string): (method: RecordedCall["method"]) => [title: string, call: RecordedCall][] {
  const calls = JSON.parse(readFileSync(file, "utf8")) as RecordedCall[];
  return (method) =>
    calls.filter((call) => call.method === method).map((call, i) => [`${i} ${call.request.urn}`, call]);
}

export function properties(wire: object | undefined): PropertyMap {
  return fromWire(wire ?? {}) as PropertyMap;
}

export function resourceOf({ urn, type, name }: RecordedCall["request"]) {
  return { urn, type, name };
}
