import * as hosts from "@groundwork/hosts";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { childOptions } from "../../child-options";
import { Database, Privileges, type ServerSettings, declareAccess, declareServer, tablesCheck } from "../../database";
import { type Host, HostFiles, dialName, hostArgs } from "../../hosts";
import type { CertificateAuthority, CertificateSettings } from "../../pki";
import type { Icinga2Args, IdoSettings } from "./args";
import { TABLES, schemaApply } from "./ido-schema";
import type { IdoLogin } from "./node-config";
import { IDO_CA } from "./paths";

export interface IdoArgs {
  readonly settings: IdoSettings;
  readonly platform: Pick<Icinga2Args, "claims" | "account">;
  readonly authority: CertificateAuthority;
  /** Of the server's certificate. */
  readonly certificates: CertificateSettings;
  /** Hosts of the masters, the signing one first: the tables are made from there. */
  readonly masters: readonly [Host, ...Host[]];
}

/** The name by which the schema's resources and the server's files know this platform. */
const PLATFORM = "icinga2";

/** The masters' central database: the server's certificate and access rules, roles, database and tables. */
export class Ido extends pulumi.ComponentResource {
  readonly database: pulumi.Output<string>;
  readonly login: pulumi.Output<IdoLogin>;
  readonly passwords: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: IdoArgs, opts?: pulumi.ComponentResourceOptions) {
    // The inputs tell policies before an update: files that say it hold passwords, which are made in it.
    super("groundwork:icinga2:Ido", name, { sslmode: args.settings.sslmode }, opts);
    const { settings, platform, masters } = args;
    const { user, reader } = settings;
    const child = childOptions(this, opts);
    const { server, caPem } = declareServerAccess(name, args, child);

    const roles = [user, ...(reader === undefined ? [] : [reader])].map((role) => ({
      name: role,
      password: role === user && settings.password !== undefined ? settings.password : madePassword(name, role, this),
    }));
    const database = new Database(
      name,
      { name: settings.database, owner: user, roles, schema: settings.schema },
      { ...child, dependsOn: server },
    );
    const trust = masters.map(
      (host) =>
        new HostFiles(
          `${name}-trust-${host.name}`,
          {
            host,
            claims: platform.claims,
            files: [{ path: IDO_CA, content: caPem, owner: platform.account.user, group: platform.account.group }],
          },
          child,
        ),
    );
    this.passwords = Object.fromEntries(roles.map((role) => [role.name, pulumi.secret(role.password)]));
    const password = this.passwords[user];
    if (password === undefined) throw new Error("The role of the masters has no password.");
    const host = settings.endpoint ?? dialName(settings.host);
    const ready = [...trust, database];
    const schema = settings.schema === "managed" ? [declareSchema(name, args, host, password, ready, child)] : [];
    if (reader !== undefined) declareReader(name, settings, reader, database, [...ready, ...schema], child);

    this.database = database.database;
    this.login = password.apply((known) => ({ host, password: known }));
    this.registerOutputs({ database: this.database });
  }
}

/** Of letters and digits, which no file or connection string has to escape. */
function madePassword(name: string, role: string, parent: pulumi.Resource): pulumi.Output<string> {
  return new random.RandomPassword(`${name}-${role}-password`, { length: 32, special: false }, { parent }).result;
}

function declareServerAccess(
  name: string,
  { settings, platform, authority, certificates, masters }: IdoArgs,
  child: pulumi.CustomResourceOptions,
): { readonly server: pulumi.Resource[]; readonly caPem: pulumi.Input<string> } {
  const { host, directory, unit, database, user, reader, clients, server } = settings;
  const access: ServerSettings = {
    ...{ host, directory, unit, platform: PLATFORM, database, claims: platform.claims },
    rules: [
      { role: user, sources: [...masters.map(({ address }) => address), ...clients] },
      ...(reader === undefined ? [] : [{ role: reader, sources: clients }]),
    ],
  };
  const resource = `${name}-${host.name}`;
  switch (server.kind) {
    case "own": {
      const dialled = settings.endpoint === undefined ? [] : [settings.endpoint];
      const tls = { authority, certificates, bind: server.bind, dialled };
      return { server: [declareServer(resource, access, tls, child)], caPem: authority.certificatePem };
    }
    case "shared": {
      const files = declareAccess(resource, access, { ...child, dependsOn: [server.ready] });
      return { server: [server.ready, files], caPem: server.caPem };
    }
  }
}

function declareSchema(
  name: string,
  { settings, masters: [signingMaster] }: IdoArgs,
  host: string,
  password: pulumi.Output<string>,
  ready: readonly pulumi.Resource[],
  child: pulumi.CustomResourceOptions,
): hosts.Guard {
  return new hosts.Guard(
    `${name}-schema`,
    {
      host: hostArgs(signingMaster),
      check: tablesCheck(TABLES),
      apply: schemaApply(settings.schemaFile),
      environment: {
        PGHOST: host,
        PGPORT: String(settings.port),
        PGDATABASE: settings.database,
        PGUSER: settings.user,
        PGPASSWORD: pulumi.secret(password),
        PGSSLMODE: settings.sslmode,
        PGSSLROOTCERT: IDO_CA,
        PGCONNECT_TIMEOUT: "10",
      },
    },
    { ...child, dependsOn: [...ready] },
  );
}

function declareReader(
  name: string,
  { user }: IdoSettings,
  reader: string,
  { database }: Database,
  ready: readonly pulumi.Resource[],
  child: pulumi.CustomResourceOptions,
): void {
  const profile = {
    role: reader,
    tables: [{ names: "all" as const, privileges: ["SELECT" as const] }],
    futureTables: { owner: user, privileges: ["SELECT" as const] },
  };
  new Privileges(name, { database, profiles: [profile], allTables: TABLES }, { ...child, dependsOn: [...ready] });
}
