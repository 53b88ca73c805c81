import * as hosts from "@groundwork/hosts";
import * as pulumi from "@pulumi/pulumi";

import { childOptions } from "../../child-options";
import {
  type AccessRule,
  Database,
  type DatabaseRole,
  Privileges,
  type ServerSettings,
  declareServer,
  serverClaims,
  serverPaths,
  tablesCheck,
} from "../../database";
import { type FileClaim, HostFiles, type PathClaims, dialName, hostArgs } from "../../hosts";
import type { CertificateAuthority, CertificateSettings } from "../../pki";
import type { DatabaseLoginName } from "./accounts";
import type { DatabaseSettings } from "./args";
import { DATABASE, OWNER, PROFILES, READER, TABLES, schemaApply, schemaSql } from "./schema";

export interface DatabaseServerArgs {
  readonly settings: DatabaseSettings;
  readonly claims: PathClaims;
  readonly authority: CertificateAuthority;
  readonly certificates: CertificateSettings;
  readonly passwords: Readonly<Record<DatabaseLoginName, pulumi.Input<string>>>;
  /** From where each role comes in, beside the server itself. */
  readonly clients: readonly AccessRule[];
}

const PLATFORM = "mig";
const SCHEMA_DIRECTORY = "/usr/local/share/groundwork/mig";
const SCHEMA_FILE = `${SCHEMA_DIRECTORY}/schema.sql`;

/** The database server's certificate and access rules, MIG's database with its roles, tables and grants. */
export class DatabaseServer extends pulumi.ComponentResource {
  readonly database: pulumi.Output<string>;
  /** With it the database is ready to be used. */
  readonly privileges: Privileges;

  constructor(name: string, args: DatabaseServerArgs, opts?: pulumi.ComponentResourceOptions) {
    // The inputs tell policies before an update: files that say it hold passwords, which are made in it.
    super("groundwork:mig:DatabaseServer", name, { sslmode: args.settings.sslmode }, opts);
    const { settings, passwords } = args;
    const child = childOptions(this, opts);

    // Placing the files may restart the server.
    const server = declareServer(
      `${name}-${settings.host.name}`,
      serverSettings(args),
      { ...args, ...settings },
      child,
    );
    const database = new Database(
      name,
      { name: DATABASE, owner: OWNER, roles: roles(passwords), schema: settings.schema },
      { ...child, dependsOn: [server] },
    );
    const schema = settings.schema === "managed" ? declareSchema(name, args, database, child) : undefined;
    this.privileges = new Privileges(
      name,
      { database: database.database, profiles: PROFILES, allTables: TABLES },
      { ...child, dependsOn: schema === undefined ? [database] : [database, schema] },
    );

    this.database = database.database;
    this.registerOutputs({ database: this.database });
  }
}

function roles(passwords: DatabaseServerArgs["passwords"]): readonly DatabaseRole[] {
  return [
    { name: OWNER, password: passwords.migadmin },
    { name: READER },
    { name: "migapi", password: passwords.migapi, memberOf: [READER] },
    { name: "migscheduler", password: passwords.migscheduler, memberOf: [READER] },
  ];
}

function serverSettings({ settings, claims, clients }: DatabaseServerArgs): ServerSettings {
  const { host, directory, unit } = settings;
  // The schema is applied from the server's own host.
  const rules = [{ role: OWNER, sources: [host.address] }, ...clients].map(({ role, sources }) => ({
    role,
    sources: [...sources, ...settings.clients],
  }));
  return { host, directory, unit, platform: PLATFORM, database: DATABASE, rules, claims };
}

/** What is placed on the server's host. */
export function databaseClaims(directory: string, schema: DatabaseSettings["schema"]): readonly FileClaim[] {
  return [
    ...serverClaims(directory, PLATFORM),
    ...(schema === "managed" ? [{ path: SCHEMA_FILE, kind: "whole" as const }] : []),
  ];
}

function declareSchema(
  name: string,
  { settings, claims, passwords }: DatabaseServerArgs,
  database: Database,
  child: pulumi.CustomResourceOptions,
): hosts.Guard {
  const { host, port, directory } = settings;
  const file = new HostFiles(
    `${name}-schema`,
    { host, claims, directories: [{ path: SCHEMA_DIRECTORY }], files: [{ path: SCHEMA_FILE, content: schemaSql() }] },
    child,
  );
  return new hosts.Guard(
    `${name}-schema`,
    {
      host: hostArgs(host),
      check: tablesCheck(TABLES),
      apply: schemaApply(SCHEMA_FILE),
      // The tables go with the database.
      revert: "true",
      environment: {
        PGHOST: dialName(host),
        PGPORT: String(port),
        PGDATABASE: database.database,
        PGUSER: OWNER,
        PGPASSWORD: pulumi.secret(passwords.migadmin),
        PGSSLMODE: "verify-full",
        PGSSLROOTCERT: serverPaths(directory, PLATFORM).ca,
        PGCONNECT_TIMEOUT: "10",
      },
    },
    { ...child, dependsOn: [file, database] },
  );
}
