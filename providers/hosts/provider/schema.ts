import { FILE_SET_FIELDS, GUARD_FIELDS, LOCAL_FILES_FIELDS, PROVIDER_FIELDS, type Field, type Fields } from "./fields";

const STRING = { type: "string" };

function typeOf({ type, fields }: Field, name: string): object {
  const member = fields === undefined ? STRING : { $ref: `#/types/hosts:index:${name}` };
  switch (type) {
    case "string":
    case "boolean":
      return { type };
    case "number":
      return { type: "integer" };
    case "object":
      return member;
    case "list":
      return { type: "array", items: member };
    case "map":
      return { type: "object", additionalProperties: member };
  }
}

/** The types of objects within a resource are named for the properties that hold them: `FilesArgs`. */
function nameOf(property: string): string {
  return `${property.charAt(0).toUpperCase()}${property.slice(1)}Args`;
}

function described(fields: Fields): { properties: object; required: string[] } {
  const properties = Object.entries(fields).map(([name, field]) => [
    name,
    {
      ...typeOf(field, nameOf(name)),
      ...(field.default === undefined ? {} : { default: field.default }),
      ...(field.secret ? { secret: true } : {}),
    },
  ]);
  const required = Object.keys(fields).filter((name) => fields[name]?.required);
  return { properties: Object.fromEntries(properties) as object, required };
}

function objectTypes(fields: Fields): [string, object][] {
  return Object.entries(fields).flatMap(([name, field]): [string, object][] =>
    field.fields === undefined ? [] : [[`hosts:index:${nameOf(name)}`, { type: "object", ...described(field.fields) }]],
  );
}

function resource(description: string, fields: Fields, outputs: object): object {
  const { properties, required } = described(fields);
  return {
    description,
    ...{ inputProperties: properties, requiredInputs: required },
    ...{ properties: outputs, required: Object.keys(outputs) },
  };
}

const { properties, required } = described(PROVIDER_FIELDS);

/** The package schema, from the field tables that inputs are checked by. */
export const SCHEMA: Readonly<Record<string, unknown>> = {
  description: "Files and guarded commands on hosts, over SSH.",
  provider: { inputProperties: properties, requiredInputs: required },
  types: Object.fromEntries([...objectTypes(FILE_SET_FIELDS), ...objectTypes(GUARD_FIELDS)]),
  resources: {
    "hosts:index:FileSet": resource(
      "The files of one component on one host, placed in one round trip.",
      FILE_SET_FIELDS,
      {
        placed: { type: "object", additionalProperties: { type: "object", additionalProperties: STRING } },
        generation: STRING,
        digestKey: { ...STRING, secret: true },
        pendingHandlers: { type: "array", items: STRING },
      },
    ),
    "hosts:index:Guard": resource("A command with a check that decides whether it must run.", GUARD_FIELDS, {
      applied: { type: "boolean" },
    }),
    "hosts:index:LocalFiles": resource(
      "Files on the machine that up runs on, for its user alone.",
      LOCAL_FILES_FIELDS,
      {
        files: { type: "object", additionalProperties: STRING, secret: true },
        modes: { type: "object", additionalProperties: STRING },
        made: { type: "array", items: STRING },
      },
    ),
  },
};
