import { posix } from "node:path";
import { utils } from "ssh2";

import type { CheckFailure, CheckResult } from "../../base/provider";
import { isPropertyMap, Secret, Unknown, type PropertyMap, type Value } from "../../base/values";

/** An input as a table row: the source of validation, defaults and the package's schema. */
export interface Field {
  readonly type: "string" | "boolean" | "number" | "object" | "list" | "map";
  readonly required?: boolean;
  readonly secret?: boolean;
  readonly default?: string | boolean;
  /** Of an object, or of each object in a list. Members of a list or map without `fields` are strings. */
  readonly fields?: Fields;
  /** Why a string or number is wrong. */
  readonly judge?: (value: never) => string | undefined;
  /** A string in another form of the same meaning. */
  readonly normalise?: (value: string) => string;
}

export type Fields = Readonly<Record<string, Field>>;

function pattern(expected: RegExp, description: string) {
  return (value: string) => (expected.test(value) ? undefined : `is "${value}", which is not ${description}`);
}

function oneOf(...words: string[]) {
  return (value: string) => (words.includes(value) ? undefined : `is "${value}"; it can be ${words.join(", ")}`);
}

function judgePath(path: string): string | undefined {
  if (/[|\p{Cc}]/u.test(path)) return `is ${JSON.stringify(path)}: a path here has no "|" and no control characters`;
  const normal = posix.isAbsolute(path) && posix.normalize(path) === path && !/.\/$/.test(path) && path !== "/";
  return normal ? undefined : `is "${path}": write it absolute, without "..", "//" or a "/" at its end`;
}

function judgeHostKey(line: string): string | undefined {
  const [type = "", base64 = "", ...rest] = line.split(" ");
  const key = Buffer.from(base64, "base64");
  const named = rest.length === 0 && key.length > 4 && key.subarray(4, 4 + key.readUInt32BE(0)).toString() === type;
  return named ? undefined : "is no host key: give type and base64 as ssh-keyscan prints them, `ssh-ed25519 AAAA…`";
}

function judgePrivateKey(text: string): string | undefined {
  const parsed = utils.parseKey(text);
  return parsed instanceof Error ? "is no unencrypted private key in OpenSSH or PEM format" : undefined;
}

const judgePort = (port: number) =>
  Number.isInteger(port) && port > 0 && port < 65536 ? undefined : `is ${port}, which is no port: 1 to 65535`;
const judgeCount = (count: number) =>
  Number.isInteger(count) && count > 0 ? undefined : `is ${count}; it has to be 1 or more`;
const judgeName = pattern(/^[A-Za-z0-9_.-]+\$?$/, "a name or number of a user or group");
const judgeMode = pattern(/^[0-7]{3,4}$/, "an octal mode such as 0600");
const judgeWord = pattern(/^[^|\p{Cc}]+$/u, 'a text without "|" and control characters');

const OWNERSHIP = {
  owner: { type: "string", default: "root", judge: judgeName },
  group: { type: "string", default: "root", judge: judgeName },
} as const satisfies Fields;

function mode(standard: string): Field {
  return { type: "string", default: standard, judge: judgeMode, normalise: (value) => value.padStart(4, "0") };
}

export const HOST_FIELDS: Fields = {
  name: { type: "string", required: true, judge: judgeWord },
  address: { type: "string", required: true, judge: judgeWord },
  port: { type: "number", judge: judgePort },
  user: { type: "string", judge: judgeName },
  hostKey: { type: "string", required: true, judge: judgeHostKey, normalise: (line) => line.trim() },
};

const FILE_FIELDS: Fields = {
  path: { type: "string", required: true, judge: judgePath },
  content: { type: "string", required: true },
  kind: { type: "string", default: "whole", judge: oneOf("whole", "block", "seed") },
  marker: { type: "string", judge: judgeWord },
  position: { type: "string", judge: oneOf("start", "end") },
  comment: { type: "string", judge: judgeWord },
  ...OWNERSHIP,
  mode: mode("0644"),
  adopt: { type: "boolean" },
};

const HANDLER_FIELDS: Fields = {
  name: { type: "string", required: true, judge: judgeWord },
  action: { type: "string", judge: oneOf("reload", "restart") },
  unit: { type: "string", judge: pattern(/^[A-Za-z0-9@_.:\\][A-Za-z0-9@_.:\\-]*$/, "a unit's name") },
  command: { type: "string" },
  paths: { type: "list" },
};

export const FILE_SET_FIELDS: Fields = {
  host: { type: "object", required: true, fields: HOST_FIELDS },
  directories: {
    type: "list",
    fields: { path: { type: "string", required: true, judge: judgePath }, ...OWNERSHIP, mode: mode("0755") },
  },
  files: { type: "list", fields: FILE_FIELDS },
  handlers: { type: "list", fields: HANDLER_FIELDS },
};

export const GUARD_FIELDS: Fields = {
  host: { type: "object", required: true, fields: HOST_FIELDS },
  check: { type: "string", required: true },
  apply: { type: "string", required: true },
  revert: { type: "string" },
  environment: { type: "map" },
  triggers: { type: "list" },
};

export const LOCAL_FILES_FIELDS: Fields = {
  directory: { type: "string", required: true, judge: judgePath },
  files: { type: "map", required: true },
};

export const PROVIDER_FIELDS: Fields = {
  privateKey: { type: "string", secret: true, judge: judgePrivateKey },
  user: { type: "string", default: "root", judge: judgeName },
  port: { type: "number", judge: judgePort },
  serviceManager: { type: "string", default: "systemd", judge: oneOf("systemd", "lab") },
  maxConnections: { type: "number", judge: judgeCount },
};

/** Fills in defaults and collects what is wrong, with its path. Secret and unknown marks stay where they are. */
export function checkFields(fields: Fields, inputs: PropertyMap): CheckResult {
  const failures: CheckFailure[] = [];
  const fail = (property: string, reason: string) => {
    failures.push({ property, reason: `${property} ${reason}` });
  };
  return { inputs: checkMap(fields, inputs, "", fail), failures };
}

type Fail = (property: string, reason: string) => void;

function checkMap(fields: Fields, given: PropertyMap, path: string, fail: Fail): PropertyMap {
  const at = (key: string) => (path === "" ? key : `${path}.${key}`);
  for (const key of Object.keys(given).filter((key) => !(key in fields) && !key.startsWith("__"))) {
    fail(at(key), `is unknown here; known are ${Object.keys(fields).join(", ")}`);
  }
  const members = Object.entries(fields).flatMap(([key, field]): [string, Value][] => {
    const value = given[key] ?? field.default;
    if (value === undefined && field.required) fail(at(key), "is missing");
    return value === undefined ? [] : [[key, checkValue(field, value, at(key), fail)]];
  });
  return Object.fromEntries(members);
}

function checkValue(field: Field, given: Value, path: string, fail: Fail): Value {
  // Configuration of a provider may arrive as strings.
  const value = field.type === "number" && typeof given === "string" && /^\d+$/.test(given) ? Number(given) : given;
  // What is wrong with a secret is told without its value, which a reason may quote; where one is expected, none does.
  if (value instanceof Secret) {
    const discreet: Fail = (at) => fail(at, "is a secret value that is not valid here");
    return new Secret(checkValue(field, value.value, path, field.secret ? fail : discreet));
  }
  if (value instanceof Unknown) return value;
  const expected = field.type === "list" ? Array.isArray(value) : typeof value === SCALARS[field.type];
  if (!expected || (SCALARS[field.type] === "object" && !isPropertyMap(value))) {
    fail(path, `has to be a ${field.type}`);
    return value;
  }
  const member: Field = field.fields === undefined ? { type: "string" } : { type: "object", fields: field.fields };
  if (Array.isArray(value)) return value.map((each, index) => checkValue(member, each, `${path}[${index}]`, fail));
  if (isPropertyMap(value)) {
    if (field.fields !== undefined) return checkMap(field.fields, value, path, fail);
    const keys = Object.entries(value).map(([key, each]) => [key, checkValue(member, each, `${path}.${key}`, fail)]);
    return Object.fromEntries(keys);
  }
  const normal = typeof value === "string" ? (field.normalise?.(value) ?? value) : value;
  const reason = field.judge?.(value as never);
  if (reason !== undefined) fail(path, reason);
  return reason === undefined ? normal : value;
}

const SCALARS = { string: "string", boolean: "boolean", number: "number", object: "object", map: "object", list: "" };
