import { escapeIdentifier, type ClientBase } from "pg";
import type { FieldTable, ResourceSpec } from "../base/bridge-spec";
import type { PropertyMap } from "../base/values";
import type { Connections } from "./connections";
import { flag, text } from "./properties";

const fields: FieldTable = {
  grantRole: { type: "string", required: true, forceNew: true },
  role: { type: "string", required: true, forceNew: true },
  withAdminOption: { type: "bool", forceNew: true, default: false },
};

/** One row, or none: since PostgreSQL 16 a membership may come from several grantors. */
const MEMBERSHIP = `
  SELECT bool_or(m.admin_option) AS "withAdminOption"
  FROM pg_auth_members m
  WHERE pg_get_userbyid(m.member) = $1 AND pg_get_userbyid(m.roleid) = $2
  GROUP BY m.member`;

interface Membership {
  readonly withAdminOption: boolean;
}

const key = (membership: PropertyMap) => [text(membership, "role"), text(membership, "grantRole")];

const place = (membership: PropertyMap) => JSON.stringify(key(membership));

async function find(client: ClientBase, membership: PropertyMap): Promise<Membership | undefined> {
  return (await client.query<Membership>(MEMBERSHIP, key(membership))).rows[0];
}

/** The statement that makes the live membership the wanted one; undefined when it is that already. */
export function membershipStatement(wanted: PropertyMap, live: Membership | undefined): string | undefined {
  const [role, group] = key(wanted).map(escapeIdentifier);
  const admin = flag(wanted, "withAdminOption");
  if (live?.withAdminOption === admin) return undefined;
  if (live && !admin) return `REVOKE ADMIN OPTION FOR ${group} FROM ${role}`;
  return `GRANT ${group} TO ${role}${admin ? " WITH ADMIN OPTION" : ""}`;
}

async function create(connections: Connections, inputs: PropertyMap): Promise<void> {
  connections.written.set(place(inputs), flag(inputs, "withAdminOption"));
  await connections.transaction(async (client) => {
    const statement = membershipStatement(inputs, await find(client, inputs));
    if (statement) await client.query(statement);
  });
}

async function read(connections: Connections, _id: string, known?: PropertyMap): Promise<PropertyMap | undefined> {
  // As officially, an id alone (an import) does not tell the two roles.
  if (!known) return undefined;
  const [live] = await connections.rows<Membership>(MEMBERSHIP, key(known));
  return live && { ...live };
}

async function drop(connections: Connections, _id: string, state: PropertyMap): Promise<void> {
  const replacement = connections.written.get(place(state));
  if (replacement !== undefined && replacement !== flag(state, "withAdminOption")) return;
  await connections.transaction(async (client) => {
    const [role, group] = key(state).map(escapeIdentifier);
    if (await find(client, state)) await client.query(`REVOKE ${group} FROM ${role}`);
  });
}

/** Membership of one role in another. */
export const grantRole: ResourceSpec<Connections> = {
  fields,
  id: (inputs) => [...key(inputs), String(flag(inputs, "withAdminOption"))].join("_"),
  create,
  read,
  // Every change replaces.
  update: () => Promise.resolve(),
  delete: drop,
};
