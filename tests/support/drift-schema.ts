import { readFileSync } from "node:fs";
import * as path from "node:path";

import Ajv from "ajv/dist/2020";

export const DRIFT_SCHEMA = path.resolve(__dirname, "../../docs/reference/drift.schema.json");

/** What of a value is against the published schema of `drift --json`. */
export function driftSchemaErrors(value: unknown): readonly string[] {
  const schema = JSON.parse(readFileSync(DRIFT_SCHEMA, "utf8")) as object;
  const validate = new Ajv({ validateFormats: false }).compile(schema);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message = "" }) => `${instancePath}: ${message}`);
}
