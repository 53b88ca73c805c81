import type { FieldSpec, FieldTable } from "../../base/bridge-spec";
import { CONFIG } from "../../rabbitmq/config";
import { ABSENT_USER } from "../provider/absent-user";
import { USER_TAGS } from "../provider/user-tags";

/** A type as Pulumi's package schema writes it. */
function typeOf(field: FieldSpec): object {
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
      return { type: "array", items: { type: "string" } };
    case "map":
      return { type: "object", additionalProperties: { type: "string" } };
  }
}

function properties(table: FieldTable): object {
  const described = Object.entries(table).map(([name, field]) => [
    name,
    { ...typeOf(field), ...(field.sensitive && { secret: true }), ...(field.forceNew && { replaceOnChanges: true }) },
  ]);
  return Object.fromEntries(described);
}

function inputsOf(table: FieldTable): FieldTable {
  return Object.fromEntries(Object.entries(table).filter(([, field]) => !field.outputOnly));
}

function required(table: FieldTable): string[] {
  return Object.keys(table).filter((name) => table[name]?.required);
}

function resource(description: string, table: FieldTable): object {
  return {
    description,
    properties: properties(table),
    required: Object.keys(table),
    inputProperties: properties(inputsOf(table)),
    requiredInputs: required(table),
  };
}

/** The package schema, from the field tables that the provider works by. */
export const SCHEMA: Readonly<Record<string, unknown>> = {
  description: "Accounts of a RabbitMQ broker that exist, or must not, beside the declared ones.",
  provider: { inputProperties: properties(CONFIG), requiredInputs: required(CONFIG) },
  resources: {
    "rabbitmq-accounts:index:AbsentUser": resource("A broker user that must not exist.", ABSENT_USER.fields),
    "rabbitmq-accounts:index:UserTags": resource("The tags of an existing broker user.", USER_TAGS.fields),
  },
};
