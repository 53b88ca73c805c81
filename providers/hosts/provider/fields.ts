import { posix } from "node:path";
import { utils } from "ssh2";

import type { FieldSpec, FieldTable } from "../../base/bridge-spec";

/** What a value is to be: `undefined`, or what is told of one that is not. Values themselves are never told. */
function pattern(expected: RegExp, description: string) {
  return (value: string) => (expected.test(value) ? undefined : `has to be ${description}`);
}

function oneOf(...words: string[]) {
  return (value: string) => (words.includes(value) ? undefined : `can be ${words.join(", ")}`);
}

function between(least: number, most: number) {
  return (value: number) => (value >= least && value <= most ? undefined : `has to be ${least} to ${most}`);
}

function judgePath(path: string): string | undefined {
  if (/[|\p{Cc}]/u.test(path)) return 'has to be without "|" and control characters';
  const normal = posix.isAbsolute(path) && posix.normalize(path) === path && !path.endsWith("/");
  return normal ? undefined : 'has to be absolute, without "..", "//" or a "/" at its end';
}

function judgeHostKey(line: string): string | undefined {
  const [type = "", base64 = "", ...rest] = line.trim().split(" ");
  const key = Buffer.from(base64, "base64");
  const named = rest.length === 0 && key.length > 4 && key.subarray(4, 4 + key.readUInt32BE(0)).toString() === type;
  return named ? undefined : "has to be a host key, type and base64 as ssh-keyscan prints them: `ssh-ed25519 AAAA…`";
}

function judgePrivateKey(text: string): string | undefined {
  return utils.parseKey(text) instanceof Error
    ? "has to be an unencrypted private key in OpenSSH or PEM format"
    : undefined;
}

const PATH: FieldSpec = { type: "string", required: true, validate: judgePath };
const TEXT: FieldSpec = { type: "string", required: true };
const WORD: FieldSpec = {
  type: "string",
  validate: pattern(/^[^|\p{Cc}]+$/u, 'a text without "|" and control characters'),
};
const ACCOUNT: FieldSpec = {
  type: "string",
  validate: pattern(/^[A-Za-z0-9_.-]+\$?$/, "a name or number of a user or group"),
};
const PORT: FieldSpec = { type: "int", validate: between(1, 65535) };
const OWNERSHIP: FieldTable = { owner: { ...ACCOUNT, default: "root" }, group: { ...ACCOUNT, default: "root" } };
const MODE: FieldSpec = { type: "string", validate: pattern(/^[0-7]{3,4}$/, "an octal mode such as 0600") };

const HOST: FieldSpec = {
  type: "list",
  maxItemsOne: true,
  required: true,
  element: {
    // Another name is another host; everything else is the way to it.
    name: { ...WORD, required: true, forceNew: true },
    address: { ...WORD, required: true },
    port: PORT,
    user: ACCOUNT,
    hostKey: { type: "string", required: true, validate: judgeHostKey },
  },
};

const FILE: FieldTable = {
  path: PATH,
  content: TEXT,
  kind: { type: "string", default: "whole", validate: oneOf("whole", "block", "seed") },
  marker: WORD,
  position: { type: "string", validate: oneOf("start", "end") },
  comment: WORD,
  ...OWNERSHIP,
  mode: { ...MODE, default: "0644" },
  adopt: { type: "bool" },
};

const HANDLER: FieldTable = {
  name: { ...WORD, required: true },
  action: { type: "string", validate: oneOf("reload", "restart") },
  unit: { type: "string", validate: pattern(/^[A-Za-z0-9@_.:\\][A-Za-z0-9@_.:\\-]*$/, "a unit's name") },
  command: { type: "string" },
  paths: { type: "list" },
};

export const FILE_SET_FIELDS = {
  host: HOST,
  directories: { type: "list", element: { path: PATH, ...OWNERSHIP, mode: { ...MODE, default: "0755" } } },
  files: { type: "list", element: FILE },
  handlers: { type: "list", element: HANDLER },
  placed: { type: "map", element: { type: "map" }, outputOnly: true },
  generation: { type: "string", outputOnly: true },
  digestKey: { type: "string", sensitive: true, outputOnly: true },
  pendingHandlers: { type: "list", outputOnly: true },
} as const satisfies FieldTable;

export const GUARD_FIELDS: FieldTable = {
  host: HOST,
  check: TEXT,
  apply: TEXT,
  revert: { type: "string" },
  environment: { type: "map" },
  triggers: { type: "list" },
  applied: { type: "bool", outputOnly: true },
};

/** `files` are an output too, as they were found. */
export const LOCAL_FILES_FIELDS: FieldTable = {
  directory: { ...PATH, forceNew: true },
  files: { type: "map", required: true },
  modes: { type: "map", outputOnly: true },
  made: { type: "list", outputOnly: true },
};

export const PROVIDER_FIELDS: FieldTable = {
  privateKey: { type: "string", sensitive: true, validate: judgePrivateKey },
  user: { ...ACCOUNT, default: "root" },
  port: PORT,
  serviceManager: { type: "string", default: "systemd", validate: oneOf("systemd", "lab") },
  maxConnections: { type: "int", validate: between(1, 1000) },
};
