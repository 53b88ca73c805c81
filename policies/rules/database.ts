import { readersOf } from "../private-columns";
import { resourceRule, stackRule } from "../rule";
import { flag, text, texts } from "../subject";
import { DEFAULT_PRIVILEGES, GRANT, GRANT_ROLE, ROLE } from "../types";

const POWERS = ["superuser", "createRole", "createDatabase", "replication", "bypassRowLevelSecurity"] as const;

/** Roles of PostgreSQL's own whose members are as good as superusers, or read and write what nobody granted them. */
const POWERFUL_ROLES = [
  "postgres",
  "pg_execute_server_program",
  "pg_read_server_files",
  "pg_write_server_files",
  "pg_read_all_data",
  "pg_write_all_data",
];

export const databaseRules = [
  resourceRule<{
    readonly powers: readonly string[];
    readonly memberOf: readonly string[];
    readonly roles: readonly string[];
  }>({
    name: "no-superuser",
    displayName: "No role has powers over the server",
    description:
      "No declared role is a superuser, makes roles or databases, replicates, passes row security by, or is a member of a role that does such things.",
    severity: "critical",
    level: "mandatory",
    control: "AC-6",
    tags: ["database"],
    remedy: "leave the attribute out and grant what the role needs; the operator's own role is not declared",
    config: {
      powers: { type: "array", items: { type: "string" }, description: "Attributes.", default: [...POWERS] },
      memberOf: {
        type: "array",
        items: { type: "string" },
        description: "Roles that nobody is to be in.",
        default: POWERFUL_ROLES,
      },
      roles: { type: "array", items: { type: "string" }, description: "Roles that may have them.", default: [] },
    },
    check: ({ type, inputs }, report, { powers, memberOf, roles }) => {
      if (type !== ROLE && type !== GRANT_ROLE) return;
      const role = text(inputs[type === ROLE ? "name" : "role"]) ?? "";
      if (roles.includes(role)) return;
      const held = type === ROLE ? powers.filter((power) => flag(inputs[power])) : [];
      if (held.length > 0) report(`the role ${role} has ${held.join(", ")}`);
      const granted = type === ROLE ? texts(inputs["roles"]) : [text(inputs["grantRole"]) ?? ""];
      const powerful = granted.filter((each) => memberOf.includes(each));
      if (powerful.length > 0) report(`the role ${role} is a member of ${powerful.join(", ")}`);
    },
  }),
  resourceRule<{ readonly privileges: readonly string[] }>({
    name: "no-public-grant",
    displayName: "Nothing is granted to everyone",
    description: "No grant, membership or default privilege is for PUBLIC: every role that there is would have it.",
    severity: "high",
    level: "mandatory",
    control: "AC-3",
    tags: ["database"],
    remedy: "grant it to the roles that need it, by name",
    config: {
      privileges: {
        type: "array",
        items: { type: "string" },
        description: "Privileges that everyone may have, as CONNECT.",
        default: [],
      },
    },
    check: ({ type, inputs }, report, { privileges }) => {
      if (type !== GRANT && type !== GRANT_ROLE && type !== DEFAULT_PRIVILEGES) return;
      if (text(inputs["role"])?.toLowerCase() !== "public") return;
      const granted = texts(inputs["privileges"]).filter((privilege) => !privileges.includes(privilege));
      if (granted.length > 0) report(`${granted.join(", ")} is granted to PUBLIC`);
      else if (type === GRANT_ROLE) report("PUBLIC is made a member of a role");
    },
  }),
  stackRule<{ readonly roles: readonly string[]; readonly columns: readonly string[] }>({
    name: "private-key-column",
    displayName: "No role of an API reads private keys",
    description:
      "Roles that serve requests can read no column of private keys, by themselves or by what they are members of.",
    severity: "critical",
    level: "mandatory",
    control: "SC-28",
    tags: ["database"],
    remedy: "grant the role the other columns by name, and no default privilege to SELECT",
    config: {
      roles: {
        type: "array",
        items: { type: "string" },
        description: "Roles that serve requests.",
        default: ["migapi", "migreadonly"],
      },
      columns: {
        type: "array",
        items: { type: "string", pattern: "^[^.]+\\.[^.]+$" },
        description: "Columns of private keys, each as `table.column`.",
        default: ["investigators.privatekey"],
      },
    },
    check: (members, report, { roles, columns }) => {
      const columnsByTable = columns.map((column) => column.split(".") as [string, string]);
      for (const { urn, role, by, what } of readersOf(members, roles, columnsByTable)) {
        report(role === by ? `${role} ${what}` : `${role} is a member of ${by}, which ${what}`, urn);
      }
    },
  }),
];
