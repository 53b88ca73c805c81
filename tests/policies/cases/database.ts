import type { PropertyMap } from "../../../providers/base/values";
import type { Case } from "../case";
import type { Declared } from "../stack";

const ROLE = "postgresql:index/role:Role";
const GRANT = "postgresql:index/grant:Grant";

const role = (when: string, inputs: PropertyMap, words?: RegExp): Case => ({
  ...{ rule: "no-superuser", when, stack: [{ type: ROLE, name: "role", inputs: { name: "migapi", ...inputs } }] },
  ...(words && { fault: ["role", words] }),
});

const granted = (when: string, type: string, inputs: PropertyMap, words?: RegExp): Case => ({
  ...{ rule: "no-public-grant", when, stack: [{ type, name: "grant", inputs }] },
  ...(words && { fault: ["grant", words] }),
});

function grant(of: string, objectType: string, objects: readonly string[], more: PropertyMap = {}): Declared {
  return {
    ...{ type: GRANT, name: "grant" },
    inputs: { role: of, objectType, objects: [...objects], privileges: ["SELECT"], schema: "public", ...more },
  };
}

const reads = (when: string, stack: readonly Declared[], fault?: Case["fault"]): Case => ({
  ...{ rule: "private-key-column", when, stack, ...(fault && { fault }) },
});

const table = ["investigators"];

export const DATABASE_CASES: readonly Case[] = [
  role("for a plain role", { superuser: false, createRole: false }),
  role("by a superuser", { superuser: true }, /the role migapi has superuser/),
  role("by one that makes roles", { createRole: true }, /the role migapi has createRole/),
  role("for a member of another role", { roles: ["migreadonly"] }),
  role(
    "by a member of what runs programs",
    { roles: ["pg_execute_server_program"] },
    /the role migapi is a member of pg_execute_server_program/,
  ),
  {
    ...{ rule: "no-superuser", when: "by a membership of its own" },
    stack: [
      {
        ...{ type: "postgresql:index/grantRole:GrantRole", name: "membership" },
        inputs: { role: "app", grantRole: "postgres" },
      },
    ],
    fault: ["membership", /the role app is a member of postgres/],
  },

  granted("for a role by its name", GRANT, { role: "migapi", privileges: ["SELECT"] }),
  granted("for taking everything from everyone", GRANT, { role: "public", privileges: [] }),
  granted(
    "by a grant",
    GRANT,
    { role: "public", privileges: ["CONNECT", "SELECT"] },
    /CONNECT, SELECT is granted to PUBLIC/,
  ),
  granted(
    "by default privileges",
    "postgresql:index/defaultPrivileges:DefaultPrivileges",
    { role: "PUBLIC", privileges: ["USAGE"] },
    /USAGE is granted/,
  ),
  granted(
    "by a membership",
    "postgresql:index/grantRole:GrantRole",
    { role: "public", grantRole: "migadmin" },
    /member of a role/,
  ),

  reads("for other tables and other columns", [
    grant("migapi", "table", ["actions"]),
    { ...grant("migapi", "column", table, { columns: ["name", "publickey"] }), name: "columns" },
  ]),
  reads("for a role that serves nobody", [grant("migscheduler", "table", table)]),
  reads(
    "by a grant of the table",
    [grant("migapi", "table", table)],
    ["grant", /migapi reads investigators\.privatekey/],
  ),
  reads(
    "by a grant of the column",
    [grant("migreadonly", "column", table, { columns: ["privatekey"] })],
    ["grant", /migreadonly reads/],
  ),
  reads(
    "by a grant of all tables",
    [grant("migapi", "table", [])],
    ["grant", /migapi reads investigators\.privatekey/],
  ),
  reads(
    "by a membership",
    [
      { type: ROLE, name: "role", inputs: { name: "migapi", roles: ["between"] } },
      { type: "postgresql:index/grantRole:GrantRole", inputs: { role: "between", grantRole: "migscheduler" } },
      grant("migscheduler", "table", table),
    ],
    ["grant", /migapi is a member of migscheduler, which reads investigators\.privatekey/],
  ),
  reads(
    "by a role that reads everything",
    [
      { type: ROLE, name: "role", inputs: { name: "migapi", roles: ["between"] } },
      { type: ROLE, name: "between", inputs: { name: "between", roles: ["pg_read_all_data"] } },
    ],
    ["between", /migapi is a member of pg_read_all_data, which reads every table/],
  ),
  reads(
    "by default privileges",
    [
      {
        ...{ type: "postgresql:index/defaultPrivileges:DefaultPrivileges", name: "later" },
        inputs: { role: "migapi", objectType: "table", privileges: ["SELECT"] },
      },
    ],
    ["later", /migapi reads every table to come/],
  ),
  reads(
    "by the owner of the database",
    [{ type: "postgresql:index/database:Database", name: "db", inputs: { owner: "migapi" } }],
    ["db", /owns/],
  ),
];
