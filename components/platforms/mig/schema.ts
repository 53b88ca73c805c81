import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { PrivilegeProfile } from "../../database";

export const DATABASE = "mig";
export const OWNER = "migadmin";
export const READER = "migreadonly";
/** Roles are the server's, not the database's: another environment on the same server would collide. */
export const ROLES = [OWNER, READER, "migapi", "migscheduler"] as const;

/** MIG's tables, in the order of the alphabet. Source: src/mig/database/schema.sql of 2015-07-31. */
export const TABLES = [
  "actions",
  "agents",
  "agents_stats",
  "agtmodreq",
  "commands",
  "invagtmodperm",
  "investigators",
  "modules",
  "signatures",
] as const;

const SEQUENCE = "investigators_id_seq";

/** Every column of `investigators` but the private key, which only the scheduler may read. */
const PUBLIC_COLUMNS = ["id", "name", "pgpfingerprint", "publickey", "status", "createdat", "lastmodified"];

/** What each role may do. Source: the grants of MIG's own schema. */
export const PROFILES: readonly PrivilegeProfile[] = [
  {
    role: "migscheduler",
    tables: [
      { names: "all", privileges: ["SELECT"] },
      { names: ["actions", "commands", "agents", "agents_stats", "signatures"], privileges: ["INSERT", "UPDATE"] },
      { names: ["investigators"], privileges: ["INSERT"] },
    ],
    sequences: [{ names: [SEQUENCE], privileges: ["USAGE"] }],
    futureTables: { owner: OWNER, privileges: ["SELECT"] },
  },
  {
    role: "migapi",
    tables: [
      {
        names: ["actions", "agents", "agents_stats", "agtmodreq", "commands", "invagtmodperm", "modules", "signatures"],
        privileges: ["SELECT"],
      },
      { names: ["actions", "signatures"], privileges: ["INSERT"] },
    ],
    columns: [
      { table: "investigators", names: PUBLIC_COLUMNS, privileges: ["SELECT"] },
      {
        table: "investigators",
        names: PUBLIC_COLUMNS.filter((column) => column !== "id"),
        privileges: ["INSERT"],
      },
      { table: "investigators", names: ["status", "lastmodified"], privileges: ["UPDATE"] },
    ],
    sequences: [{ names: [SEQUENCE], privileges: ["USAGE"] }],
  },
  {
    role: READER,
    tables: [
      {
        names: ["actions", "agents", "agtmodreq", "commands", "invagtmodperm", "modules", "signatures"],
        privileges: ["SELECT"],
      },
    ],
    columns: [{ table: "investigators", names: PUBLIC_COLUMNS, privileges: ["SELECT"] }],
  },
];

/** The statements that make the tables, to be run once as their owner in an empty database. */
export function schemaSql(): string {
  return readFileSync(join(__dirname, "schema.sql"), "utf8");
}

/** Applies the file at `path` as a whole or not at all. */
export function schemaApply(path: string): string {
  return `psql -Xq -v ON_ERROR_STOP=1 --single-transaction -f '${path}'`;
}
