import Ajv from "ajv";

import schema from "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json";

// What the schema says of itself is of an older draft; its rules read the same. Formats are checked by no package of ours.
const { $schema: _draft, id: _id, ...rules } = schema;
const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(rules);

/** What of a value is against the schema of SARIF 2.1.0. */
export function sarifErrors(value: unknown): readonly string[] {
  if (validate(JSON.parse(JSON.stringify(value)))) return [];
  return (validate.errors ?? []).map(({ instancePath, message = "" }) => `${instancePath}: ${message}`);
}
