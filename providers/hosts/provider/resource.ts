import type { FieldTable } from "../../base/bridge-spec";
import type { CheckFailure, CreateRequest, DeleteRequest, DiffResult } from "../../base/provider";
import type { ReadRequest, ReadResult, UpdateRequest } from "../../base/provider";
import { isPropertyMap, reveal, type PropertyMap } from "../../base/values";
import type { Context } from "./context";

/** A resource type of the package; the methods are those of a `ResourceProvider`. */
export interface Resource {
  readonly fields: FieldTable;
  /** What no single field can tell. */
  judge(inputs: PropertyMap): readonly CheckFailure[];
  /** Follows from what never changes in a resource's life; empty while that is unknown. */
  id(urn: string, name: string, inputs: PropertyMap): string;
  diff(oldInputs: PropertyMap, oldOutputs: PropertyMap, inputs: PropertyMap): DiffResult;
  /** Gives outputs. */
  create(context: Context, request: CreateRequest & { readonly id: string }): Promise<PropertyMap>;
  read(context: Context, request: ReadRequest): Promise<ReadResult | undefined>;
  /** Gives outputs. */
  update(context: Context, request: UpdateRequest): Promise<PropertyMap>;
  delete(context: Context, request: DeleteRequest): Promise<readonly string[]>;
}

/** Judges the keys of a map. */
export function judgeKeys(inputs: PropertyMap, property: string, expected: RegExp, description: string) {
  const map = reveal(inputs[property] ?? {});
  const wrong = isPropertyMap(map) ? Object.keys(map).filter((key) => !expected.test(key)) : [];
  return wrong.map((key): CheckFailure => ({ property, reason: `${JSON.stringify(key)} is no ${description}` }));
}
