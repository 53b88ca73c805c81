import { escapeIdentifier, escapeLiteral, type ClientBase } from "pg";
import type { FieldTable, ResourceSpec } from "../base/bridge-spec";
import type { PropertyMap } from "../base/values";
import { asMemberOf, type Connections } from "./connections";
import { inspection } from "./inspection";
import { flag, text, whole } from "./properties";

const fields: FieldTable = {
  allowConnections: { type: "bool", default: true },
  alterObjectOwnership: { type: "bool", default: false },
  connectionLimit: {
    type: "int",
    default: -1,
    validate: (limit: number) => (limit < -1 ? "must be at least -1" : undefined),
  },
  encoding: { type: "string", computed: true, forceNew: true },
  isTemplate: { type: "bool", computed: true },
  lcCollate: { type: "string", computed: true, forceNew: true },
  lcCtype: { type: "string", computed: true, forceNew: true },
  name: { type: "string", required: true },
  owner: { type: "string", computed: true },
  tablespaceName: { type: "string", computed: true },
  template: { type: "string", computed: true, forceNew: true },
};

const DATABASE = inspection("database");

/** `DEFAULT` is a word of the language, everything else a name. */
const nameOrDefault = (name: string) => (name.toUpperCase() === "DEFAULT" ? "DEFAULT" : escapeIdentifier(name));
const literalOrDefault = (value: string) => (value.toUpperCase() === "DEFAULT" ? "DEFAULT" : escapeLiteral(value));

/** CREATE DATABASE with the official provider's defaults: UTF8 from template0, owned by the connected user. */
export function createStatement(inputs: PropertyMap): string {
  const optional = (clause: string, field: string, print: (value: string) => string) =>
    text(inputs, field) === "" ? [] : [`${clause} ${print(text(inputs, field))}`];
  return [
    `CREATE DATABASE ${escapeIdentifier(text(inputs, "name"))}`,
    ...optional("OWNER", "owner", escapeIdentifier),
    `TEMPLATE ${nameOrDefault(text(inputs, "template") || "template0")}`,
    `ENCODING ${literalOrDefault(text(inputs, "encoding") || "UTF8")}`,
    ...optional("LC_COLLATE", "lcCollate", literalOrDefault),
    ...optional("LC_CTYPE", "lcCtype", literalOrDefault),
    ...optional("TABLESPACE", "tablespaceName", nameOrDefault),
    `ALLOW_CONNECTIONS ${inputs.allowConnections !== false}`,
    `CONNECTION LIMIT ${whole(inputs, "connectionLimit", -1)}`,
    `IS_TEMPLATE ${flag(inputs, "isTemplate")}`,
  ].join(" ");
}

/** ALTER DATABASE statements that make the live database, already renamed, as wanted; undeclared options stay. */
export function alterStatements(inputs: PropertyMap, live: PropertyMap): string[] {
  const alter = (field: string, clause: (value: PropertyMap[string]) => string) =>
    inputs[field] === null || inputs[field] === undefined || inputs[field] === live[field]
      ? []
      : [`ALTER DATABASE ${escapeIdentifier(text(inputs, "name"))} ${clause(inputs[field] ?? null)}`];
  return [
    ...alter("owner", (owner) => `OWNER TO ${escapeIdentifier(String(owner))}`),
    ...alter("tablespaceName", (name) =>
      String(name).toUpperCase() === "DEFAULT"
        ? "RESET TABLESPACE"
        : `SET TABLESPACE ${escapeIdentifier(String(name))}`,
    ),
    ...alter("connectionLimit", (limit) => `CONNECTION LIMIT ${String(limit)}`),
    ...alter("allowConnections", (allowed) => `ALLOW_CONNECTIONS ${String(allowed)}`),
    ...alter("isTemplate", (template) => `IS_TEMPLATE ${String(template)}`),
  ];
}

async function find(client: ClientBase, name: string): Promise<PropertyMap | undefined> {
  return (await client.query<PropertyMap>(DATABASE, [name])).rows[0];
}

async function create(connections: Connections, inputs: PropertyMap): Promise<void> {
  await connections.leave(text(inputs, "template"));
  await connections.session((client) =>
    asMemberOf(client, [text(inputs, "owner")], () => client.query(createStatement(inputs))),
  );
}

async function update(connections: Connections, id: string, inputs: PropertyMap, state: PropertyMap): Promise<void> {
  const [old, name] = [text(state, "name") || id, text(inputs, "name")];
  const owner = text(inputs, "owner");
  const previous = await connections.session(async (client) => {
    const live = await find(client, old);
    if (!live) throw new Error(`database "${old}" is gone: run a refresh, which finds that out`);
    if (name !== old) {
      await connections.leave(old);
      await client.query(`ALTER DATABASE ${escapeIdentifier(old)} RENAME TO ${escapeIdentifier(name)}`);
    }
    await asMemberOf(client, [text(live, "owner"), owner], async () => {
      for (const statement of alterStatements(inputs, live)) {
        if (statement.includes(" TABLESPACE")) await connections.leave(name);
        await client.query(statement);
      }
    });
    return text(live, "owner");
  });
  if (!flag(inputs, "alterObjectOwnership") || owner === "" || owner === previous) return;
  await connections.transaction(
    (client) =>
      asMemberOf(client, [previous, owner], () =>
        client.query(`REASSIGN OWNED BY ${escapeIdentifier(previous)} TO ${escapeIdentifier(owner)}`),
      ),
    name,
  );
}

async function read(
  connections: Connections,
  id: string,
  known: PropertyMap | undefined,
): Promise<PropertyMap | undefined> {
  // After a rename the id is still the first name.
  const [live] = await connections.rows<PropertyMap>(DATABASE, [known ? text(known, "name") : id]);
  // Which template it was made from, no server tells.
  return live && { ...live, template: (known && text(known, "template")) || "template0" };
}

async function drop(connections: Connections, id: string, state: PropertyMap): Promise<void> {
  const name = text(state, "name") || id;
  const database = escapeIdentifier(name);
  await connections.leave(name);
  await connections.session(async (client) => {
    const live = await find(client, name);
    if (!live) return;
    await asMemberOf(client, [text(live, "owner")], async () => {
      if (flag(live, "isTemplate")) await client.query(`ALTER DATABASE ${database} IS_TEMPLATE false`);
      await client.query(`ALTER DATABASE ${database} ALLOW_CONNECTIONS false`);
      await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()`,
        [name],
      );
      const { rows } = await client.query<{ version: number }>(
        `SELECT current_setting('server_version_num')::int AS version`,
      );
      await client.query(`DROP DATABASE ${database}${(rows[0]?.version ?? 0) >= 130000 ? " WITH (FORCE)" : ""}`);
    });
  });
}

/** A database; its deletion ends the sessions that use it. */
export const database: ResourceSpec<Connections> = {
  fields,
  autoname: "name",
  id: (inputs) => text(inputs, "name"),
  create,
  read,
  update,
  delete: drop,
};
