import { escapeIdentifier, type ClientBase } from "pg";
import type { FieldTable, ResourceSpec } from "../base/bridge-spec";
import { isPropertyMap, type PropertyMap } from "../base/values";
import { printStatement, type AclStatement } from "./acl";
import { asMemberOf, type Connections } from "./connections";
import { unlessGone } from "./errors";
import { flag, text } from "./properties";

const fields: FieldTable = {
  database: { type: "string", computed: true, forceNew: true },
  dropCascade: { type: "bool", default: false },
  ifNotExists: { type: "bool", default: true },
  name: { type: "string", required: true },
  owner: { type: "string", computed: true },
  policies: {
    type: "set",
    computed: true,
    renamedFrom: "policy",
    element: {
      create: { type: "bool", default: false },
      createWithGrant: { type: "bool", default: false },
      role: { type: "string", default: "" },
      usage: { type: "bool", default: false },
      usageWithGrant: { type: "bool", default: false },
    },
  },
};

interface LiveSchema {
  readonly name: string;
  readonly owner: string;
  readonly database: string;
}

const SCHEMA = `
  SELECT n.nspname AS name, pg_get_userbyid(n.nspowner)::text AS owner, current_database()::text AS database
  FROM pg_namespace n WHERE n.nspname = $1`;
const DATABASE_OWNER = "pg_database_owner";

const databaseOf = (connections: Connections, schema: PropertyMap) =>
  text(schema, "database") || connections.settings.database;

/** The rights that the deprecated `policies` give, or take: an empty role is everybody. */
export function policyStatements(
  verb: "GRANT" | "REVOKE",
  name: string,
  policies: PropertyMap[string],
): AclStatement[] {
  const all = Array.isArray(policies) ? policies.filter(isPropertyMap) : [];
  const statement = (policy: PropertyMap, privilege: string, withGrantOption: boolean): AclStatement => ({
    verb,
    privileges: [privilege],
    on: `SCHEMA ${escapeIdentifier(name)}`,
    role: text(policy, "role") || "public",
    withGrantOption,
  });
  return all.flatMap((policy) => [
    ...(flag(policy, "create") ? [statement(policy, "CREATE", false)] : []),
    ...(flag(policy, "createWithGrant") ? [statement(policy, "CREATE", true)] : []),
    ...(flag(policy, "usage") ? [statement(policy, "USAGE", false)] : []),
    ...(flag(policy, "usageWithGrant") ? [statement(policy, "USAGE", true)] : []),
  ]);
}

async function find(client: ClientBase, name: string): Promise<LiveSchema | undefined> {
  return (await client.query<LiveSchema>(SCHEMA, [name])).rows[0];
}

/** Makes the schema what is declared; `old` is its name so far, when it has one. */
async function ensure(connections: Connections, inputs: PropertyMap, state?: PropertyMap): Promise<void> {
  const [name, owner] = [text(inputs, "name"), text(inputs, "owner")];
  const quoted = escapeIdentifier(name);
  await connections.transaction(
    async (client) => {
      const old = state ? text(state, "name") : name;
      const live = await find(client, old);
      if (state && !live) throw new Error(`schema "${old}" is gone: run a refresh, which finds that out`);
      await asMemberOf(client, [DATABASE_OWNER, owner, live?.owner ?? ""], async () => {
        if (!live)
          await client.query(`CREATE SCHEMA ${quoted}${owner ? ` AUTHORIZATION ${escapeIdentifier(owner)}` : ""}`);
        else if (!state && !flag(inputs, "ifNotExists"))
          throw Object.assign(new Error(`schema "${name}" already exists`), { code: "42P06" });
        if (live && name !== old) await client.query(`ALTER SCHEMA ${escapeIdentifier(old)} RENAME TO ${quoted}`);
        if (live && owner && owner !== live.owner)
          await client.query(`ALTER SCHEMA ${quoted} OWNER TO ${escapeIdentifier(owner)}`);
        if (inputs.policies === null) return;
        const [before, now] = [state?.policies ?? null, inputs.policies ?? null];
        const lost = JSON.stringify(before) === JSON.stringify(now) ? [] : policyStatements("REVOKE", name, before);
        for (const statement of [...lost, ...policyStatements("GRANT", name, now)])
          await client.query(printStatement(statement));
      });
    },
    databaseOf(connections, inputs),
  );
}

async function read(connections: Connections, id: string, known?: PropertyMap): Promise<PropertyMap | undefined> {
  // An import knows `database.schema` alone.
  const dot = id.indexOf(".");
  const parts = known ?? { database: id.slice(0, dot), name: id.slice(dot + 1) };
  const database = databaseOf(connections, parts);
  const [live] = (await unlessGone(() => connections.rows<LiveSchema>(SCHEMA, [text(parts, "name")], database))) ?? [];
  return live && { ...live, policies: known?.policies ?? [] };
}

async function drop(connections: Connections, _id: string, state: PropertyMap): Promise<void> {
  const name = text(state, "name");
  await unlessGone(() =>
    connections.transaction(
      async (client) => {
        const live = await find(client, name);
        const mode = flag(state, "dropCascade") ? "CASCADE" : "RESTRICT";
        if (live)
          await asMemberOf(client, [live.owner], () => client.query(`DROP SCHEMA ${escapeIdentifier(name)} ${mode}`));
      },
      databaseOf(connections, state),
    ),
  );
}

const idOf = (database: string, inputs: PropertyMap) => `${database}.${text(inputs, "name")}`;

/** A schema. Where it names no database, that of the provider's own connection, only its creation tells the id. */
export const schema: ResourceSpec<Connections> = {
  fields,
  autoname: "name",
  id: (inputs) => (text(inputs, "database") === "" ? undefined : idOf(text(inputs, "database"), inputs)),
  create: async (connections, inputs) => {
    await ensure(connections, inputs);
    return idOf(databaseOf(connections, inputs), inputs);
  },
  read,
  update: (connections, _id, inputs, state) => ensure(connections, inputs, state),
  delete: drop,
};
