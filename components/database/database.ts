import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";

import { childOptions } from "../child-options";
import { type GrantSpec, type PrivilegeProfile, expandGrants } from "./privileges";

export interface DatabaseRole {
  readonly name: string;
  /** Without one the role cannot log in. @default none */
  readonly password?: pulumi.Input<string>;
  /** Roles that it is a member of, declared here before it. @default none */
  readonly memberOf?: readonly string[];
}

export interface DatabaseArgs {
  readonly name: string;
  /** One of the roles. */
  readonly owner: string;
  /** In an order in which each follows those that it is a member of. */
  readonly roles: readonly DatabaseRole[];
  /**
   * `managed`: database and owner are made here, and its schema by whom `schemaReady` waits for.
   * `external`: database, owner and tables are there already and only used.
   */
  readonly schema: "managed" | "external";
}

/** A database, its owner and the roles that use it. What they may do in it is declared by `Privileges`. */
export class Database extends pulumi.ComponentResource {
  readonly database: pulumi.Output<string>;

  constructor(name: string, args: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:database:Database", name, {}, opts);
    const child = childOptions(this, opts);
    const external = args.schema === "external";
    const declared = new Map<string, postgresql.Role>();
    for (const role of args.roles.filter((candidate) => !external || candidate.name !== args.owner)) {
      declared.set(role.name, declareRole(name, role, declared, child));
    }

    this.database = external
      ? pulumi.output(args.name)
      : new postgresql.Database(
          `${name}-database`,
          { name: args.name, owner: declared.get(args.owner)?.name ?? args.owner },
          // It goes before the roles: rights in it that somebody granted by hand would keep them.
          { ...child, dependsOn: [...declared.values()] },
        ).name;
    this.registerOutputs({ database: this.database });
  }
}

export interface PrivilegesArgs {
  readonly database: pulumi.Input<string>;
  /** @default "public" */
  readonly schema?: string;
  readonly profiles: readonly PrivilegeProfile[];
  /** Every table of the schema: what a profile's `all` stands for. */
  readonly allTables: readonly string[];
}

/** What roles may do in a schema whose tables exist: create it after them. */
export class Privileges extends pulumi.ComponentResource {
  constructor(name: string, args: PrivilegesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:database:Privileges", name, {}, opts);
    const child = childOptions(this, opts);
    const { database, schema = "public" } = args;

    for (const grant of expandGrants(args.profiles, args.allTables)) {
      new postgresql.Grant(`${name}-${grant.name}`, { ...grantArgs(grant), database, schema }, child);
    }
    for (const { role, futureTables } of args.profiles) {
      if (futureTables === undefined) continue;
      const { owner, privileges } = futureTables;
      new postgresql.DefaultPrivileges(
        `${name}-${role}-future-tables`,
        { database, schema, role, owner, objectType: "table", privileges: [...privileges] },
        child,
      );
    }

    this.registerOutputs({});
  }
}

function declareRole(
  name: string,
  role: DatabaseRole,
  declared: ReadonlyMap<string, postgresql.Role>,
  child: pulumi.CustomResourceOptions,
): postgresql.Role {
  const { password, memberOf = [] } = role;
  return new postgresql.Role(
    `${name}-role-${role.name}`,
    {
      name: role.name,
      superuser: false,
      inherit: true,
      createRole: false,
      createDatabase: false,
      login: password !== undefined,
      password: password === undefined ? undefined : pulumi.secret(password),
      // Not a GrantRole beside it: the first refresh would read the membership here, and the next update remove it.
      roles: memberOf.length === 0 ? undefined : memberOf.map((member) => declared.get(member)?.name ?? member),
    },
    child,
  );
}

function grantArgs({ role, objectType, objects, privileges, columns }: GrantSpec) {
  return {
    role,
    objectType,
    objects: [...objects],
    privileges: [...privileges],
    columns: columns === undefined ? undefined : [...columns],
  };
}
