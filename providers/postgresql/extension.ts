import { escapeIdentifier } from "pg";
import type { FieldTable, ResourceSpec } from "../base/bridge-spec";
import type { PropertyMap } from "../base/values";
import { asMemberOf, type Connections } from "./connections";
import { unlessGone } from "./errors";
import { flag, text } from "./properties";

const fields: FieldTable = {
  createCascade: { type: "bool", default: false },
  database: { type: "string", computed: true, forceNew: true },
  dropCascade: { type: "bool", default: false },
  name: { type: "string", required: true, forceNew: true },
  schema: { type: "string", computed: true },
  version: { type: "string", computed: true },
};

const EXTENSION = `
  SELECT e.extname AS name, n.nspname AS schema, e.extversion AS version, current_database()::text AS database
  FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = $1`;
const DATABASE_OWNER = "pg_database_owner";

const databaseOf = (connections: Connections, extension: PropertyMap) =>
  text(extension, "database") || connections.settings.database;
const idOf = (database: string, inputs: PropertyMap) => `${database}.${text(inputs, "name")}`;

/** CREATE EXTENSION, or what ALTER EXTENSION has to change in the live one. */
export function extensionStatements(inputs: PropertyMap, live: PropertyMap | undefined): string[] {
  const name = escapeIdentifier(text(inputs, "name"));
  const [schema, version] = [text(inputs, "schema"), text(inputs, "version")];
  if (!live) {
    const at =
      (schema ? ` SCHEMA ${escapeIdentifier(schema)}` : "") + (version ? ` VERSION ${escapeIdentifier(version)}` : "");
    return [`CREATE EXTENSION IF NOT EXISTS ${name}${at}${flag(inputs, "createCascade") ? " CASCADE" : ""}`];
  }
  return [
    ...(schema && schema !== live.schema ? [`ALTER EXTENSION ${name} SET SCHEMA ${escapeIdentifier(schema)}`] : []),
    ...(version && version !== live.version ? [`ALTER EXTENSION ${name} UPDATE TO ${escapeIdentifier(version)}`] : []),
  ];
}

async function ensure(connections: Connections, inputs: PropertyMap): Promise<void> {
  await connections.transaction(
    async (client) => {
      const { rows } = await client.query<PropertyMap>(EXTENSION, [text(inputs, "name")]);
      await asMemberOf(client, [DATABASE_OWNER], async () => {
        for (const statement of extensionStatements(inputs, rows[0])) await client.query(statement);
      });
    },
    databaseOf(connections, inputs),
  );
}

async function read(connections: Connections, id: string, known?: PropertyMap): Promise<PropertyMap | undefined> {
  // An import knows `database.extension` alone.
  const dot = id.indexOf(".");
  const parts = known ?? { database: id.slice(0, dot), name: id.slice(dot + 1) };
  const database = databaseOf(connections, parts);
  return (await unlessGone(() => connections.rows<PropertyMap>(EXTENSION, [text(parts, "name")], database)))?.[0];
}

async function drop(connections: Connections, _id: string, state: PropertyMap): Promise<void> {
  const mode = flag(state, "dropCascade") ? " CASCADE" : "";
  await unlessGone(() =>
    connections.transaction(
      (client) =>
        asMemberOf(client, [DATABASE_OWNER], () =>
          client.query(`DROP EXTENSION IF EXISTS ${escapeIdentifier(text(state, "name"))}${mode}`),
        ),
      databaseOf(connections, state),
    ),
  );
}

/** An extension of one database. Where it names none, only its creation tells the id. */
export const extension: ResourceSpec<Connections> = {
  fields,
  autoname: "name",
  id: (inputs) => (text(inputs, "database") === "" ? undefined : idOf(text(inputs, "database"), inputs)),
  create: async (connections, inputs) => {
    await ensure(connections, inputs);
    return idOf(databaseOf(connections, inputs), inputs);
  },
  read,
  update: (connections, _id, inputs) => ensure(connections, inputs),
  delete: drop,
};
