import { escapeIdentifier } from "pg";
import type { FieldTable, ResourceSpec } from "../base/bridge-spec";
import type { PropertyMap } from "../base/values";
import { planRights, printStatement, statementsOf, type HeldRights } from "./acl";
import { asMemberOf, type Connections } from "./connections";
import { missing, unlessGone } from "./errors";
import { inspection } from "./inspection";
import { expandPrivileges, sameMembers, strangePrivileges } from "./object-types";
import { flag, text, texts } from "./properties";

/** Kinds of object with default privileges: pg_default_acl.defaclobjtype. */
const KINDS: Readonly<Record<string, string>> = {
  table: "r",
  sequence: "S",
  function: "f",
  routine: "f",
  type: "T",
  schema: "n",
};

const fields: FieldTable = {
  database: { type: "string", required: true, forceNew: true },
  objectType: {
    type: "string",
    required: true,
    forceNew: true,
    validate: (name: string) => (name in KINDS ? undefined : `must be one of ${Object.keys(KINDS).join(", ")}`),
  },
  owner: { type: "string", required: true, forceNew: true },
  privileges: { type: "set", required: true },
  role: { type: "string", required: true, forceNew: true },
  schema: { type: "string", forceNew: true },
  withGrantOption: { type: "bool", forceNew: true, default: false },
};

const DEFAULT_RIGHTS = inspection("default-rights");

function query(defaults: PropertyMap): readonly (string | null)[] {
  const kind = KINDS[text(defaults, "objectType")] ?? "";
  return [text(defaults, "role"), text(defaults, "owner"), text(defaults, "schema") || null, kind];
}

/** ALTER DEFAULT PRIVILEGES statements that lead from what the role gets to what it is to get. */
export function defaultsStatements(defaults: PropertyMap, held: HeldRights, privileges: readonly string[]): string[] {
  const schema = text(defaults, "schema");
  const scope =
    `ALTER DEFAULT PRIVILEGES FOR ROLE ${escapeIdentifier(text(defaults, "owner"))}` +
    (schema ? ` IN SCHEMA ${escapeIdentifier(schema)}` : "");
  const withGrantOption = flag(defaults, "withGrantOption");
  const plan = planRights(held, { privileges, withGrantOption, revocable: held.privileges });
  const target = { on: `${text(defaults, "objectType").toUpperCase()}S`, role: text(defaults, "role") };
  return statementsOf(plan, target, withGrantOption).map((statement) => `${scope} ${printStatement(statement)}`);
}

async function ensure(connections: Connections, defaults: PropertyMap, declared: readonly string[]): Promise<void> {
  const owner = text(defaults, "owner");
  await connections.transaction(
    async (client) => {
      const { rows } = await client.query<HeldRights & { version: number }>(DEFAULT_RIGHTS, [...query(defaults)]);
      const held = rows[0];
      const parties = `role "${text(defaults, "role")}", owner "${owner}" or schema "${text(defaults, "schema")}"`;
      if (!held) {
        if (declared.length === 0) return;
        throw missing(
          text(defaults, "schema") ? parties : parties.replace(/, (owner .*) or schema.*/, " or $1"),
          "42704",
        );
      }
      const privileges = expandPrivileges(text(defaults, "objectType"), declared, held.version);
      await asMemberOf(client, [owner], async () => {
        for (const statement of defaultsStatements(defaults, held, privileges)) await client.query(statement);
      });
    },
    text(defaults, "database"),
  );
}

async function read(connections: Connections, _id: string, known?: PropertyMap): Promise<PropertyMap | undefined> {
  // As officially, an id alone (an import) does not tell the parts.
  if (!known) return undefined;
  return unlessGone(async () => {
    const [held] = await connections.rows<HeldRights & { version: number }>(
      DEFAULT_RIGHTS,
      query(known),
      text(known, "database"),
    );
    const declared = texts(known, "privileges");
    // Nothing left of what was declared: as officially, the whole is gone.
    if (!held || (held.privileges.length === 0 && declared.length > 0)) return undefined;
    const wanted = expandPrivileges(text(known, "objectType"), declared, held.version);
    return { privileges: sameMembers(held.privileges, wanted) ? declared : [...held.privileges] };
  });
}

function id(inputs: PropertyMap): string {
  const schema = text(inputs, "schema") || "noschema";
  return (
    ["role", "database"].map((field) => text(inputs, field)).join("_") +
    `_${schema}_${text(inputs, "owner")}_${text(inputs, "objectType")}`
  );
}

function validate(inputs: PropertyMap): { property: string; reason: string }[] {
  const type = text(inputs, "objectType");
  const failures: { property: string; reason: string }[] = [];
  if (type === "schema" && text(inputs, "schema"))
    failures.push({ property: "schema", reason: "cannot be given for object type schema" });
  if (flag(inputs, "withGrantOption") && text(inputs, "role").toLowerCase() === "public")
    failures.push({ property: "withGrantOption", reason: "cannot be given to everybody (role public)" });
  return [...failures, ...strangePrivileges(type, texts(inputs, "privileges"))];
}

/** Rights that a role gets on objects that an owner makes from now on. */
export const defaultPrivileges: ResourceSpec<Connections> = {
  fields,
  validate,
  id,
  create: (connections, inputs) => {
    connections.written.set(id(inputs), flag(inputs, "withGrantOption"));
    return ensure(connections, inputs, texts(inputs, "privileges"));
  },
  read,
  update: (connections, _id, inputs) => ensure(connections, inputs, texts(inputs, "privileges")),
  delete: async (connections, _id, state) => {
    const replacement = connections.written.get(id(state));
    if (replacement !== undefined && replacement !== flag(state, "withGrantOption")) return;
    await unlessGone(() => ensure(connections, state, []));
  },
};
