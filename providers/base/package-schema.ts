import { blockOf, elementOf } from "./bridge-fields";
import type { FieldSpec, FieldTable } from "./bridge-spec";

export interface PackageDescription {
  /** `rabbitmq-accounts`. */
  readonly name: string;
  readonly description: string;
  /** The provider's own configuration. */
  readonly config: FieldTable;
  /** By type token. */
  readonly resources: Readonly<Record<string, ResourceDescription>>;
}

export interface ResourceDescription {
  readonly description: string;
  readonly fields: FieldTable;
  /** Whether inputs are outputs too, beside the fields that only the provider sets. */
  readonly echoes: boolean;
}

/** A package's schema as Pulumi documents it, from the field tables that the provider works by. */
export function packageSchema({ name, description, config, resources }: PackageDescription): Record<string, unknown> {
  const described = Object.entries(resources).map(([token, resource]) => [token, describe(name, resource)]);
  return {
    description,
    provider: { inputProperties: properties(name, config), requiredInputs: required(config) },
    types: Object.fromEntries(Object.values(resources).flatMap(({ fields }) => objectTypes(name, fields))),
    resources: Object.fromEntries(described),
  };
}

function describe(name: string, { description, fields, echoes }: ResourceDescription): object {
  const inputs = filtered(fields, ({ outputOnly }) => !outputOnly);
  const outputs = echoes ? fields : filtered(fields, ({ outputOnly }) => outputOnly === true);
  return {
    description,
    properties: properties(name, outputs),
    required: Object.keys(outputs),
    inputProperties: properties(name, inputs),
    requiredInputs: required(inputs),
  };
}

function filtered(fields: FieldTable, keep: (field: FieldSpec) => boolean): FieldTable {
  return Object.fromEntries(Object.entries(fields).filter(([, field]) => keep(field)));
}

function required(fields: FieldTable): string[] {
  return Object.keys(fields).filter((property) => fields[property]?.required);
}

function properties(name: string, fields: FieldTable): object {
  const described = Object.entries(fields).map(([property, field]) => [
    property,
    {
      ...typeOf(name, property, field),
      ...(field.default !== undefined && { default: field.default }),
      ...(field.sensitive && { secret: true }),
      ...(field.forceNew && { replaceOnChanges: true }),
    },
  ]);
  return Object.fromEntries(described) as object;
}

function typeOf(name: string, property: string, field: FieldSpec): object {
  if (blockOf(field)) return { $ref: `#/types/${typeToken(name, property)}` };
  switch (field.type) {
    case "bool":
      return { type: "boolean" };
    case "int":
      return { type: "integer" };
    case "float":
      return { type: "number" };
    case "string":
      return { type: "string" };
    case "list":
    case "set":
      return { type: "array", items: typeOf(name, property, elementOf(field)) };
    case "map":
      return { type: "object", additionalProperties: typeOf(name, property, elementOf(field)) };
  }
}

/** The types of objects are named for the properties that hold them: `files` → `FilesArgs`. */
function typeToken(name: string, property: string): string {
  return `${name}:index:${property.charAt(0).toUpperCase()}${property.slice(1)}Args`;
}

function objectTypes(name: string, fields: FieldTable): [string, object][] {
  return Object.entries(fields).flatMap(([property, field]): [string, object][] => {
    const block = blockOf(field) ?? blockOf(elementOf(field));
    if (block === undefined) return [];
    const type = { type: "object", properties: properties(name, block), required: required(block) };
    return [[typeToken(name, property), type], ...objectTypes(name, block)];
  });
}
