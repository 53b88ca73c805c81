import { readdirSync } from "node:fs";
import { Client } from "pg";

import { runCommand } from "./command";
import type { Host } from "./host";
import { scramVerifier } from "../providers/postgresql/scram";

export interface PostgresqlOptions {
  /** Of the superuser `postgres`. */
  readonly password: string;
  /** Whether what is written survives a crash of the machine. @default true */
  readonly durable?: boolean;
}

export const POSTGRESQL_PORT = 5432;
export const SUPERUSER = "postgres";

const DEBIAN_VERSIONS = "/usr/lib/postgresql";
const INVALID_PASSWORD = "28P01";

/** The installed major version, the highest of several: part of Debian's paths. */
export async function postgresqlVersion(): Promise<string> {
  const packaged = debianVersions().at(-1);
  if (packaged !== undefined) return packaged;
  const { stdout } = await runCommand("postgres", ["--version"]);
  const version = /\d+/.exec(stdout)?.[0];
  if (version === undefined) throw new Error("The version of `postgres` cannot be told: install PostgreSQL.");
  return version;
}

function debianVersions(): string[] {
  try {
    return readdirSync(DEBIAN_VERSIONS)
      .filter((name) => /^\d+$/.test(name))
      .sort((a, b) => Number(a) - Number(b));
  } catch {
    return [];
  }
}

/**
 * Starts the cluster of a host at Debian's paths, on port 5432 of the host's own address, with TLS by a certificate
 * that the host made itself, and returns when the superuser can log in. Configuration is written with a new cluster
 * and left to whoever changes it afterwards.
 */
export async function startPostgresql(host: Host, options: PostgresqlOptions): Promise<void> {
  await host.run(createCluster(host, await postgresqlVersion(), options.durable ?? true));
  await host.run("/usr/local/lib/groundwork/service start postgresql", { timeout: 90_000 });
  if (await logsIn(host, options.password)) return;
  await host.run(`setpriv --reuid postgres --regid postgres --init-groups psql --quiet --no-psqlrc`, {
    input: `\\set ON_ERROR_STOP on\nALTER ROLE ${SUPERUSER} PASSWORD '${await scramVerifier(options.password)}';\n`,
  });
}

/** Stops the server in good order; nothing happens when it or the host is down. */
export async function stopPostgresql(host: Host): Promise<void> {
  if (host.firstProcess() === undefined) return;
  await host.exec("/usr/local/lib/groundwork/service stop postgresql");
}

/** Whether the server answers to the superuser. */
export async function isPostgresqlReady(host: Host, options: PostgresqlOptions): Promise<boolean> {
  return logsIn(host, options.password).catch(() => false);
}

/** A script that makes the cluster; the data folder's arrival under its own name says that it is whole. */
function createCluster(host: Host, version: string, durable: boolean): string {
  return `set -eu
data=/var/lib/postgresql/${version}/main
configuration=/etc/postgresql/${version}/main
[ ! -d "$data" ] || exit 0
bin=${DEBIAN_VERSIONS}/${version}/bin
[ -x "$bin/initdb" ] || bin=$(dirname "$(readlink -f "$(command -v initdb)")")
cd /var/lib/postgresql
install -d -o postgres -g postgres ${version} "$(dirname "$configuration")" "$configuration" "$configuration/conf.d"
rm -rf ${version}/new
setpriv --reuid postgres --regid postgres --init-groups "$bin/initdb" --pgdata=${version}/new --username=${SUPERUSER} \\
  --auth-local=peer --auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 ${durable ? "" : "--no-sync"} >/dev/null
cd "$configuration"
cat >postgresql.conf <<END
data_directory = '$data'
hba_file = '$configuration/pg_hba.conf'
ident_file = '$configuration/pg_ident.conf'
listen_addresses = '${host.address}'
port = ${POSTGRESQL_PORT}
unix_socket_directories = '/run/postgresql'
password_encryption = scram-sha-256
ssl = on
ssl_cert_file = '$configuration/ssl-cert-snakeoil.pem'
ssl_key_file = '$configuration/ssl-cert-snakeoil.key'
shared_buffers = 16MB
fsync = ${durable ? "on" : "off"}
include_dir = 'conf.d'
END
cat >pg_hba.conf <<END
local all ${SUPERUSER} peer
host all ${SUPERUSER} 127.0.0.0/8 scram-sha-256
END
: >pg_ident.conf
umask 077
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj /CN=${host.name} \\
  -keyout ssl-cert-snakeoil.key -out ssl-cert-snakeoil.pem 2>/dev/null
chown postgres:postgres ./*.conf ./ssl-cert-snakeoil.*
chmod 0640 pg_hba.conf pg_ident.conf
chmod 0644 postgresql.conf ssl-cert-snakeoil.pem
mv /var/lib/postgresql/${version}/new "$data"
`;
}

async function logsIn(host: Host, password: string): Promise<boolean> {
  const client = new Client({ host: host.address, port: POSTGRESQL_PORT, user: SUPERUSER, password });
  try {
    await client.connect();
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === INVALID_PASSWORD) return false;
    throw new Error(`PostgreSQL on ${host.name} does not answer: ${(error as Error).message}.`);
  } finally {
    await client.end().catch(() => undefined);
  }
}
