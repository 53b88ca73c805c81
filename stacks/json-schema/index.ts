import { join } from "node:path";
import { z } from "zod";

import { environmentSchema } from "../environment";
import { type Comments, commentsOf } from "./comments";

export type JsonSchema = { [key: string]: unknown };

const SOURCE = join(__dirname, "../environment.ts");
export const SCHEMA_FILE = join(__dirname, "../environment.schema.json");

/** The JSON Schema of `Pulumi.<stack>.yaml`, for editors: structure, values and what the comments in the code say. */
export function environmentFileSchema(): JsonSchema {
  const { $schema, ...environment } = z.toJSONSchema(environmentSchema, { io: "input" }) as JsonSchema;
  annotate(environment, commentsOf(SOURCE, "environmentSchema"));
  allowPatterns(environment);
  const secret = {
    type: "object",
    properties: { secure: { type: "string" } },
    required: ["secure"],
    additionalProperties: false,
  };
  return {
    $schema,
    title: "An environment of Groundwork",
    type: "object",
    properties: {
      encryptionsalt: { type: "string", description: "Of the passphrase that this stack's secrets are encrypted by." },
      secretsprovider: { type: "string" },
      encryptedkey: { type: "string" },
      config: {
        type: "object",
        properties: { "groundwork:environment": environment },
        required: ["groundwork:environment"],
        additionalProperties: {
          description: "Other keys: secrets that the environment names, and certificates.",
          anyOf: [{ type: ["string", "number", "boolean"] }, secret],
        },
      },
    },
    required: ["config"],
    additionalProperties: false,
  };
}

export function schemaText(): string {
  return `${JSON.stringify(environmentFileSchema(), undefined, 2)}\n`;
}

/** What a name may be in a list that is called `hosts`: `web[001-200]` stands for many. Source: `host-patterns.ts`. */
const HOSTS_PATTERN = "^([a-z0-9-]|\\[[0-9]+-[0-9]+\\])+$";

function allowPatterns(schema: JsonSchema): void {
  for (const [name, each] of Object.entries(members(schema, "properties"))) {
    const property = each as JsonSchema;
    const items = members(property, "items");
    const named = "pattern" in items ? items : members(members(items, "properties"), "name");
    if (name === "hosts" && "pattern" in named) named["pattern"] = HOSTS_PATTERN;
    allowPatterns(property);
    allowPatterns(items);
  }
}

function annotate(schema: JsonSchema, comments: Comments): void {
  if (comments.text !== undefined) schema["description"] = comments.text;
  for (const [name, each] of Object.entries(comments.properties)) annotateAt(members(schema, "properties")[name], each);
  if (comments.each !== undefined) {
    annotateAt(schema["items"], comments.each);
    annotateAt(schema["additionalProperties"], comments.each);
  }
  const options = schema["anyOf"] ?? schema["oneOf"];
  if (Array.isArray(options)) comments.options.forEach((each, index) => annotateAt(options[index], each));
}

function annotateAt(schema: unknown, comments: Comments): void {
  if (typeof schema === "object" && schema !== null) annotate(schema as JsonSchema, comments);
}

function members(schema: JsonSchema, key: string): JsonSchema {
  const found = schema[key];
  return typeof found === "object" && found !== null ? (found as JsonSchema) : {};
}
