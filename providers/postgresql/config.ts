import { readFileSync } from "node:fs";
import { checkServerIdentity, type ConnectionOptions, type PeerCertificate } from "node:tls";
import type { FieldTable } from "../base/bridge-spec";
import { isPropertyMap, type PropertyMap } from "../base/values";
import { flag, text, whole } from "./properties";

export interface ConnectionSettings {
  readonly host: string;
  readonly port: number;
  /** The database that is connected to for roles and databases. */
  readonly database: string;
  readonly user: string;
  readonly password?: string;
  /** TLS options, or false for none, in the order in which they are tried. */
  readonly encryptions: readonly (ConnectionOptions | false)[];
  /** Whether passwords may be read back from pg_authid. */
  readonly superuser: boolean;
  /** Zero or less: wait for ever. */
  readonly connectTimeoutSeconds: number;
  /** By database; zero or less: unlimited. */
  readonly maxConnections: number;
}

const SSL_MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];
const validate = (mode: string) => (SSL_MODES.includes(mode) ? undefined : `must be one of ${SSL_MODES.join(", ")}`);

/** Source: `provider` and `config` of provider-info-postgresql.json. */
export const configFields: FieldTable = {
  awsRdsIamAuth: { type: "bool" },
  awsRdsIamProfile: { type: "string" },
  awsRdsIamProviderRoleArn: { type: "string" },
  awsRdsIamRegion: { type: "string" },
  azureIdentityAuth: { type: "bool" },
  azureTenantId: { type: "string" },
  clientcert: {
    type: "list",
    maxItemsOne: true,
    element: {
      cert: { type: "string", required: true },
      key: { type: "string", required: true },
      sslinline: { type: "bool" },
    },
  },
  connectTimeout: { type: "int", default: 180, env: ["PGCONNECT_TIMEOUT"] },
  database: { type: "string", env: ["PGDATABASE"] },
  databaseUsername: { type: "string" },
  expectedVersion: { type: "string" },
  gcpIamImpersonateServiceAccount: { type: "string" },
  host: { type: "string", env: ["PGHOST"] },
  maxConnections: { type: "int" },
  password: { type: "string", sensitive: true, env: ["PGPASSWORD"] },
  port: { type: "int", env: ["PGPORT"] },
  scheme: { type: "string" },
  sslMode: { type: "string", validate },
  sslmode: { type: "string", env: ["PGSSLMODE"], validate },
  sslrootcert: { type: "string" },
  superuser: { type: "bool", env: ["PGSUPERUSER"] },
  username: { type: "string", env: ["PGUSER"] },
};

/** Ways to log in that only the official provider has. */
const UNSUPPORTED = ["awsRdsIamAuth", "azureIdentityAuth", "gcpIamImpersonateServiceAccount"];

/** Why the embedded provider cannot be used so configured, by property. */
export function refusals(inputs: PropertyMap): { property: string; reason: string }[] {
  const reason = "is not supported by the built-in postgresql provider; use Pulumi's own CLI and plugin for it";
  const scheme = text(inputs, "scheme");
  return [
    ...UNSUPPORTED.filter((p) => flag(inputs, p) || text(inputs, p) !== "").map((property) => ({
      property,
      reason: `\`${property}\` ${reason}`,
    })),
    ...(scheme === "" || scheme === "postgres" ? [] : [{ property: "scheme", reason: `scheme "${scheme}" ${reason}` }]),
  ];
}

/** Settings from complete configuration (environment included); the official provider's defaults for the rest. */
export function connectionSettings(config: PropertyMap): ConnectionSettings {
  const host = text(config, "host") || "localhost";
  const sslmode = text(config, "sslmode") || text(config, "sslMode") || "require";
  return {
    host,
    port: whole(config, "port") || 5432,
    database: text(config, "database") || "postgres",
    user: text(config, "username") || "postgres",
    password: text(config, "password") || undefined,
    encryptions: encryptions(host, sslmode, config),
    superuser: config.superuser !== false,
    connectTimeoutSeconds: whole(config, "connectTimeout", 180),
    maxConnections: whole(config, "maxConnections", 20),
  };
}

/** libpq's `sslmode`; without one the official provider's client demands TLS but verifies nothing (`require`). */
function encryptions(host: string, sslmode: string, inputs: PropertyMap): ConnectionSettings["encryptions"] {
  if (sslmode === "disable" || host.startsWith("/")) return [false];
  const clientcert = isPropertyMap(inputs.clientcert) ? inputs.clientcert : {};
  const pem = (source: string) => (source && !flag(clientcert, "sslinline") ? readFileSync(source, "utf8") : source);
  const ca = pem(text(inputs, "sslrootcert")) || undefined;
  const identity: ConnectionOptions = {
    ca,
    cert: pem(text(clientcert, "cert")) || undefined,
    key: pem(text(clientcert, "key")) || undefined,
  };
  const encrypted = { ...identity, rejectUnauthorized: false };
  const verified = { ...identity, rejectUnauthorized: true, checkServerIdentity: () => undefined };
  switch (sslmode) {
    case "allow":
      return [false, encrypted];
    case "prefer":
      return [encrypted, false];
    case "require":
      // As libpq: a root certificate that is given is verified against.
      return [ca === undefined ? encrypted : verified];
    case "verify-full":
      return [
        { ...verified, checkServerIdentity: (_: string, cert: PeerCertificate) => checkServerIdentity(host, cert) },
      ];
    default:
      return [verified];
  }
}
