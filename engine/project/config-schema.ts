import { isObject } from "../state/property-codec";
import { ProjectError } from "./errors";

/** What `config:` of Pulumi.yaml says of one key. Source: Pulumi's project file reference. */
export interface ConfigDeclaration {
  /** `project:key`. */
  readonly key: string;
  readonly type?: ConfigType;
  readonly description?: string;
  /** What the key has when the stack does not set it; a JSON value. */
  readonly default?: unknown;
  readonly secret: boolean;
}

export type ConfigType =
  | { readonly name: "string" | "integer" | "boolean" | "object" }
  | { readonly name: "array"; readonly items: ConfigType };

const KEY = /^[^:]+(:[^:]+)?$/;

/** `project:key` for a key that may leave out the project. */
export function qualifyKey(key: string, project: string): string {
  if (!KEY.test(key)) throw new ProjectError(`"${key}" is no configuration key; write <key> or <namespace>:<key>`);
  return key.includes(":") ? key : `${project}:${key}`;
}

/** The declarations by qualified key; `source` names the file in errors. */
export function parseConfigSchema(config: unknown, project: string, source: string): Map<string, ConfigDeclaration> {
  if (config === undefined || config === null) return new Map();
  if (!isObject(config)) throw new ProjectError(`${source}: config is not a map of keys`);
  const declarations = Object.entries(config).map(([name, body]) => {
    const key = qualifyKey(name, project);
    return [key, declare(key, body, key.startsWith(`${project}:`), `${source}: config.${name}`)] as const;
  });
  return new Map(declarations);
}

function declare(key: string, body: unknown, ofProject: boolean, where: string): ConfigDeclaration {
  if (!isObject(body)) return { key, secret: false, default: body };
  if (!ofProject) {
    if ("type" in body || "default" in body) {
      throw new ProjectError(`${where} is of another namespace: give it a value only, without type or default`);
    }
    return { key, secret: body["secret"] === true, default: body["value"] };
  }
  if ("value" in body) throw new ProjectError(`${where}: a key of the project itself takes a default, not a value`);
  const type = body["type"] === undefined ? undefined : parseType(body["type"], body["items"], where);
  const fallback = body["default"] ?? undefined;
  if (type && fallback !== undefined && !matchesType(fallback, type)) {
    throw new ProjectError(`${where}: the default is not of the type ${typeName(type)}`);
  }
  return {
    key,
    secret: body["secret"] === true,
    ...(type ? { type } : {}),
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(typeof body["description"] === "string" ? { description: body["description"] } : {}),
  };
}

function parseType(name: unknown, items: unknown, where: string): ConfigType {
  switch (name) {
    case "string":
    case "integer":
    case "boolean":
    case "object":
      return { name };
    case "array":
      if (isObject(items)) return { name, items: parseType(items["type"], items["items"], `${where}.items`) };
      throw new ProjectError(`${where}: an array needs items, the type of its members`);
    default:
      throw new ProjectError(
        `${where}: the type "${String(name)}" is not known; use string, integer, boolean, array or object`,
      );
  }
}

/** Whether a configuration value is of a type; numbers and booleans may be written as text. */
export function matchesType(value: unknown, type: ConfigType): boolean {
  switch (type.name) {
    case "string":
      return typeof value === "string";
    case "integer":
      return Number.isInteger(value) || (typeof value === "string" && /^[+-]?\d+$/.test(value));
    case "boolean":
      return typeof value === "boolean" || value === "true" || value === "false";
    case "object":
      return isObject(value);
    case "array":
      return Array.isArray(value) && value.every((member) => matchesType(member, type.items));
  }
}

export function typeName(type: ConfigType): string {
  return type.name === "array" ? `array<${typeName(type.items)}>` : type.name;
}
