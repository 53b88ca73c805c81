import * as hosts from "@groundwork/hosts";
import * as pulumi from "@pulumi/pulumi";

import { childOptions } from "../../child-options";
import { Database, type DatabaseRole, Privileges } from "../../database";
import { HostFiles, type PathClaims, dialName, hostArgs, hostNames } from "../../hosts";
import { type CertificateAuthority, NodeCertificate, namesFor } from "../../pki";
import type { DatabaseLoginName } from "./accounts";
import type { CertificateSettings, DatabaseSettings } from "./args";
import {
  type AccessRule,
  accessRules,
  postgresqlFiles,
  postgresqlHandlers,
  postgresqlPaths,
  settings as serverSettings,
} from "./postgresql-files";
import { DATABASE, OWNER, PROFILES, READER, TABLES, schemaApply, schemaCheck, schemaSql } from "./schema";

export interface DatabaseServerArgs {
  readonly settings: DatabaseSettings;
  readonly claims: PathClaims;
  readonly authority: CertificateAuthority;
  readonly certificates: CertificateSettings;
  readonly passwords: Readonly<Record<DatabaseLoginName, pulumi.Input<string>>>;
  /** From where each role comes in, beside the server itself. */
  readonly clients: readonly AccessRule[];
}

const SCHEMA_DIRECTORY = "/usr/local/share/groundwork/mig";

/** The database server's certificate and access rules, MIG's database with its roles, tables and grants. */
export class DatabaseServer extends pulumi.ComponentResource {
  readonly database: pulumi.Output<string>;
  /** With it the database is ready to be used. */
  readonly privileges: Privileges;

  constructor(name: string, args: DatabaseServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:mig:DatabaseServer", name, {}, opts);
    const { settings, passwords } = args;
    const child = childOptions(this, opts);

    // Placing the files may restart the server.
    const server = declareServer(name, args, child);
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

function declareServer(name: string, args: DatabaseServerArgs, child: pulumi.CustomResourceOptions): HostFiles {
  const { settings, claims, authority, certificates, clients } = args;
  const { host, directory, unit, bind } = settings;
  const { organization, lifetime, renewBefore, keyAlgorithm } = certificates;
  const certificate = new NodeCertificate(
    `${name}-${host.name}`,
    {
      authority,
      subject: { commonName: host.fqdn ?? host.name, organization },
      names: namesFor(hostNames(host)),
      usage: "server",
      lifetime,
      renewBefore,
      keyAlgorithm,
    },
    child,
  );
  const paths = postgresqlPaths(directory);
  // The schema is applied from the server's own host.
  const rules = [{ role: OWNER, sources: [host.address] }, ...clients].map(({ role, sources }) => ({
    role,
    sources: [...sources, ...settings.clients],
  }));
  return new HostFiles(
    `${name}-${host.name}`,
    {
      host,
      claims,
      directories: [{ path: paths.certificates, owner: "postgres", mode: "0750" }],
      files: postgresqlFiles(paths, {
        caPem: authority.certificatePem,
        certificatePem: certificate.certificatePem,
        keyPem: certificate.privateKeyPem,
        settings: serverSettings(paths, bind === "address" ? [host.address] : ["*"]),
        accessRules: accessRules(rules),
      }),
      handlers: postgresqlHandlers(paths, unit),
    },
    child,
  );
}

function declareSchema(
  name: string,
  { settings, claims, passwords }: DatabaseServerArgs,
  database: Database,
  child: pulumi.CustomResourceOptions,
): hosts.Guard {
  const { host, port, directory } = settings;
  const path = `${SCHEMA_DIRECTORY}/schema.sql`;
  const file = new HostFiles(
    `${name}-schema`,
    { host, claims, directories: [{ path: SCHEMA_DIRECTORY }], files: [{ path, content: schemaSql() }] },
    child,
  );
  return new hosts.Guard(
    `${name}-schema`,
    {
      host: hostArgs(host),
      check: schemaCheck(),
      apply: schemaApply(path),
      environment: {
        PGHOST: dialName(host),
        PGPORT: String(port),
        PGDATABASE: database.database,
        PGUSER: OWNER,
        PGPASSWORD: pulumi.secret(passwords.migadmin),
        PGSSLMODE: "verify-full",
        PGSSLROOTCERT: postgresqlPaths(directory).ca,
        PGCONNECT_TIMEOUT: "10",
      },
    },
    { ...child, dependsOn: [file, database] },
  );
}
