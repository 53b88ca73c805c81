import { escapeIdentifier, escapeLiteral, type ClientBase } from "pg";
import type { FieldTable, ResourceSpec } from "../base/bridge-spec";
import type { PropertyMap } from "../base/values";
import { asMemberOf, type Connections } from "./connections";
import { inspection } from "./inspection";
import { flag, text, texts, whole } from "./properties";
import { isVerifier, passwordMatches, scramVerifier } from "./scram";

const atLeast = (least: number) => (value: number) => (value < least ? `must be at least ${least}` : undefined);

const fields: FieldTable = {
  assumeRole: { type: "string", zero: "" },
  bypassRowLevelSecurity: { type: "bool", default: false },
  connectionLimit: { type: "int", default: -1, validate: atLeast(-1) },
  createDatabase: { type: "bool", default: false },
  createRole: { type: "bool", default: false },
  encrypted: { type: "string" },
  encryptedPassword: { type: "bool", default: true },
  idleInTransactionSessionTimeout: { type: "int", zero: 0, validate: atLeast(0) },
  inherit: { type: "bool", default: true },
  login: { type: "bool", default: false },
  name: { type: "string", required: true },
  password: { type: "string", sensitive: true },
  passwordWo: { type: "string", sensitive: true, writeOnly: true },
  passwordWoVersion: { type: "string" },
  replication: { type: "bool", default: false },
  roles: { type: "set" },
  searchPaths: { type: "list", renamedFrom: "search_path" },
  skipDropRole: { type: "bool", default: false },
  skipReassignOwned: { type: "bool", default: false },
  statementTimeout: { type: "int", zero: 0, validate: atLeast(0) },
  superuser: { type: "bool", default: false },
  validUntil: { type: "string", default: "infinity", suppressDiff: sameInstant },
};

const FLAGS = {
  superuser: "SUPERUSER",
  createDatabase: "CREATEDB",
  createRole: "CREATEROLE",
  inherit: "INHERIT",
  login: "LOGIN",
  replication: "REPLICATION",
  bypassRowLevelSecurity: "BYPASSRLS",
} as const;

type Flag = keyof typeof FLAGS;

interface LiveRole extends Record<Flag, boolean> {
  readonly name: string;
  readonly connectionLimit: number;
  readonly validUntil: string;
  /** `parameter=value`, as pg_roles has them. */
  readonly config: readonly string[];
  readonly roles: readonly string[];
  readonly passwordReadable: boolean;
}

const ROLE = inspection("role");
const STORED_PASSWORD = `SELECT coalesce(rolpassword, '') AS stored FROM pg_authid WHERE rolname = $1`;

/** Clauses of CREATE ROLE (all of them) and ALTER ROLE (what differs from the live role). */
export function roleOptions(wanted: PropertyMap, live?: LiveRole): string[] {
  const flags = Object.entries(FLAGS)
    .filter(([field]) => flag(wanted, field) !== live?.[field as Flag])
    .map(([field, option]) => (flag(wanted, field) ? option : `NO${option}`));
  const limit = whole(wanted, "connectionLimit", -1);
  const until = text(wanted, "validUntil") || "infinity";
  return [
    ...flags,
    ...(limit === live?.connectionLimit ? [] : [`CONNECTION LIMIT ${limit}`]),
    ...(sameInstant(until, live?.validUntil) ? [] : [`VALID UNTIL ${escapeLiteral(until)}`]),
  ];
}

/** Parameters that are set when the role logs in, as SQL prints their values; undefined: not set. */
function parameters(wanted: PropertyMap): Record<string, string | undefined> {
  const milliseconds = (field: string) => (whole(wanted, field) === 0 ? undefined : `${whole(wanted, field)}`);
  const path = texts(wanted, "searchPaths");
  return {
    search_path: path.length > 0 ? path.map(escapeIdentifier).join(", ") : undefined,
    statement_timeout: milliseconds("statementTimeout"),
    idle_in_transaction_session_timeout: milliseconds("idleInTransactionSessionTimeout"),
    role: text(wanted, "assumeRole") ? escapeLiteral(text(wanted, "assumeRole")) : undefined,
  };
}

/** ALTER ROLE statements for the parameters in which the wanted role differs from the live one. */
export function parameterStatements(name: string, wanted: PropertyMap, live: PropertyMap): string[] {
  const current = parameters(live);
  return Object.entries(parameters(wanted))
    .filter(([parameter, value]) => value !== current[parameter])
    .map(
      ([parameter, value]) =>
        `ALTER ROLE ${escapeIdentifier(name)} ` +
        (value === undefined ? `RESET ${parameter}` : `SET ${parameter} TO ${value}`),
    );
}

/** The parameters' fields from pg_roles.rolconfig. */
export function parameterFields(config: readonly string[]): PropertyMap {
  const values = new Map(
    config.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]),
  );
  const path = values.get("search_path") ?? "";
  return {
    searchPaths: [...path.matchAll(/"((?:[^"]|"")*)"|[^",\s]+/g)].map((m) => m[1]?.replaceAll('""', '"') ?? m[0]),
    statementTimeout: inMilliseconds(values.get("statement_timeout")),
    idleInTransactionSessionTimeout: inMilliseconds(values.get("idle_in_transaction_session_timeout")),
    assumeRole: values.get("role") ?? "",
  };
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1e3, min: 6e4, h: 36e5, d: 864e5 };

function inMilliseconds(value = "0"): number {
  const [, number, unit] = /^(\d+)\s*(\w*)$/.exec(value) ?? [];
  return Number(number ?? 0) * (UNITS[unit || "ms"] ?? 1);
}

/** PostgreSQL prints a time in its own time zone and form. */
function sameInstant(a: unknown, b: unknown): boolean {
  const instant = (value: unknown) => {
    const iso = String(value)
      .trim()
      .replace(" ", "T")
      .replace(/([+-]\d\d)$/, "$1:00");
    const time = Date.parse(/T.*(Z|[+-]\d\d:?\d\d)$/.test(iso) ? iso : "");
    return Number.isNaN(time) ? String(value).toLowerCase() : time;
  };
  return instant(a) === instant(b);
}

async function setPassword(client: ClientBase, name: string, inputs: PropertyMap): Promise<void> {
  const password = text(inputs, "password") || text(inputs, "passwordWo");
  if (password === "") return;
  const verifier = isVerifier(password) ? password : await scramVerifier(password);
  const value = password.toUpperCase() === "NULL" ? "NULL" : escapeLiteral(verifier);
  await client.query(`ALTER ROLE ${escapeIdentifier(name)} PASSWORD ${value}`);
}

const without = (all: readonly string[], some: readonly string[]) => all.filter((one) => !some.includes(one));

async function setMemberships(
  client: ClientBase,
  name: string,
  gained: readonly string[],
  lost: readonly string[],
): Promise<void> {
  const role = escapeIdentifier(name);
  for (const group of lost) await client.query(`REVOKE ${escapeIdentifier(group)} FROM ${role}`);
  for (const group of gained) await client.query(`GRANT ${escapeIdentifier(group)} TO ${role}`);
}

async function create(connections: Connections, inputs: PropertyMap): Promise<void> {
  const name = text(inputs, "name");
  await connections.transaction(async (client) => {
    await client.query(`CREATE ROLE ${escapeIdentifier(name)} WITH ${roleOptions(inputs).join(" ")}`);
    await setPassword(client, name, inputs);
    await setMemberships(client, name, texts(inputs, "roles"), []);
    for (const statement of parameterStatements(name, inputs, {})) await client.query(statement);
  });
}

async function update(connections: Connections, id: string, inputs: PropertyMap, state: PropertyMap): Promise<void> {
  const [old, name] = [text(state, "name") || id, text(inputs, "name")];
  await connections.transaction(async (client) => {
    const { rows } = await client.query<LiveRole>(ROLE, [old]);
    const live = rows[0];
    if (!live) throw new Error(`role "${old}" is gone: run a refresh, which finds that out`);
    if (name !== old) await client.query(`ALTER ROLE ${escapeIdentifier(old)} RENAME TO ${escapeIdentifier(name)}`);
    const options = roleOptions(inputs, live);
    if (options.length > 0) await client.query(`ALTER ROLE ${escapeIdentifier(name)} WITH ${options.join(" ")}`);
    // A rename makes an md5 hash, which holds the name, worthless.
    const changed = ["password", "passwordWoVersion", "name"].some((field) => inputs[field] !== state[field]);
    if (changed) await setPassword(client, name, inputs);
    // Memberships are this resource's when it declares them, or has seen them; others' (GrantRole) are left alone.
    const wanted = texts(inputs, "roles");
    const own = inputs.roles === null ? live.roles.filter((r) => texts(state, "roles").includes(r)) : live.roles;
    await setMemberships(client, name, without(wanted, live.roles), without(own, wanted));
    for (const statement of parameterStatements(name, inputs, parameterFields(live.config)))
      await client.query(statement);
  });
}

async function read(
  connections: Connections,
  id: string,
  known: PropertyMap | undefined,
): Promise<PropertyMap | undefined> {
  // After a rename the id is still the first name.
  const [live] = await connections.rows<LiveRole>(ROLE, [known ? text(known, "name") : id]);
  if (!live) return undefined;
  const password = await livePassword(connections, live, known?.password ?? null);
  return { ...live, ...parameterFields(live.config), password, encryptedPassword: true };
}

/**
 * The declared password while it is the one that is set; when another is set, what the server stores of that one,
 * which differs from any password. Who may not read it is told the declared one.
 */
async function livePassword(
  connections: Connections,
  live: LiveRole,
  declared: PropertyMap[string],
): Promise<string | null> {
  if (typeof declared !== "string" || declared === "") return null;
  if (!live.login || !live.passwordReadable || !connections.settings.superuser) return declared;
  const [row] = await connections.rows<{ stored: string }>(STORED_PASSWORD, [live.name]);
  const stored = row?.stored ?? "";
  if (stored === "" && declared.toUpperCase() === "NULL") return declared;
  return (await passwordMatches(declared, stored, live.name)) ? declared : stored;
}

async function drop(connections: Connections, id: string, state: PropertyMap): Promise<void> {
  const name = text(state, "name") || id;
  const role = escapeIdentifier(name);
  await connections.transaction(async (client) => {
    const { rows } = await client.query(ROLE, [name]);
    if (rows.length === 0) return;
    if (!flag(state, "skipReassignOwned")) {
      await asMemberOf(client, [name], async () => {
        await client.query(`REASSIGN OWNED BY ${role} TO CURRENT_USER`);
        await client.query(`DROP OWNED BY ${role}`);
      });
    }
    if (!flag(state, "skipDropRole")) await client.query(`DROP ROLE ${role}`);
  });
}

function validate(inputs: PropertyMap): { property: string; reason: string }[] {
  const failures: { property: string; reason: string }[] = [];
  const refuse = (property: string, reason: string) => failures.push({ property, reason });
  if (text(inputs, "password") && (text(inputs, "passwordWo") || text(inputs, "passwordWoVersion")))
    refuse("password", "conflicts with passwordWo and passwordWoVersion: give one of them");
  if ((text(inputs, "passwordWo") === "") !== (text(inputs, "passwordWoVersion") === ""))
    refuse("passwordWo", "passwordWo and passwordWoVersion are given together or not at all");
  if (inputs.encryptedPassword === false && (text(inputs, "password") || text(inputs, "passwordWo")))
    refuse("encryptedPassword", "PostgreSQL has stored no password in clear since version 10: leave it out");
  if (texts(inputs, "searchPaths").some((path) => path.includes(", ")))
    refuse("searchPaths", "a schema's name may not contain a comma and a space");
  return failures;
}

/** A login or group role; the password reaches the server as a SCRAM-SHA-256 verifier. */
export const role: ResourceSpec<Connections> = {
  fields,
  autoname: "name",
  validate,
  id: (inputs) => text(inputs, "name"),
  create,
  read,
  update,
  delete: drop,
};
