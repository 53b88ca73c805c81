import { Client } from "pg";

import type { Host } from "../../../lab/host";

/** What broker, database server and hosts hold, by name. Two of the same things are equal. */
export interface Inventory {
  readonly broker: BrokerInventory;
  readonly database: Readonly<Record<string, unknown>>;
  /** By host and path: type, mode, owner and what is in it. */
  readonly files: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface BrokerInventory {
  readonly users: readonly { readonly name: string; readonly tags: readonly string[] }[];
  readonly permissions: readonly { readonly user: string; readonly vhost: string }[];
  readonly [kind: string]: unknown;
}

/** Hosts and servers, and the operators by whom one looks into them. */
export interface Surveyed {
  readonly facts: {
    readonly broker: { readonly endpoint: string; readonly username: string; readonly password: string };
    readonly database: {
      readonly host: string;
      readonly port: number;
      readonly username: string;
      readonly password: string;
    };
  };
  readonly hosts: readonly Host[];
}

export async function takeInventory(environment: Surveyed): Promise<Inventory> {
  const [broker, database, ...files] = await Promise.all([
    brokerInventory(environment),
    databaseInventory(environment),
    ...environment.hosts.map(async (host) => [host.name, filesOf(await host.run(LIST_FILES))] as const),
  ]);
  return { broker, database, files: Object.fromEntries(files) };
}

/** Everything that the broker's management API exports, and where it listens. */
export async function brokerInventory(environment: Surveyed): Promise<BrokerInventory> {
  const definitions = (await fromBroker(environment, "definitions")) as Record<string, unknown>;
  const { listeners } = (await fromBroker(environment, "overview")) as { listeners: unknown };
  const all = Object.entries({ ...definitions, listeners });
  return Object.fromEntries(all.map(([kind, each]) => [kind, sorted(each)])) as BrokerInventory;
}

async function fromBroker({ facts }: Surveyed, resource: string): Promise<unknown> {
  const { endpoint, username, password } = facts.broker;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  const response = await fetch(`${endpoint}/api/${resource}`, { headers: { authorization } });
  if (!response.ok) throw new Error(`The broker answers HTTP ${response.status}.`);
  return response.json();
}

/** The broker lists in no particular order. */
function sorted(all: unknown): unknown {
  if (!Array.isArray(all)) return all;
  const byText = all.map((each: unknown) => [JSON.stringify(each), each] as const);
  return byText.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

const CATALOGUES = {
  roles: `SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls,
      rolconnlimit, rolvaliduntil, rolconfig FROM pg_roles ORDER BY rolname`,
  memberships: "SELECT roleid::regrole::text, member::regrole::text FROM pg_auth_members ORDER BY 1, 2",
  databases: `SELECT datname, pg_get_userbyid(datdba) AS owner, datacl::text, datconnlimit, datcollate
      FROM pg_database ORDER BY datname`,
  tablespaces: "SELECT spcname, spcacl::text FROM pg_tablespace ORDER BY spcname",
  "settings of roles and databases": "SELECT * FROM pg_db_role_setting ORDER BY 1, 2",
  "default privileges": "SELECT * FROM pg_default_acl ORDER BY 1",
  "settings in effect": `SELECT name, setting, sourcefile FROM pg_settings
      WHERE source = 'configuration file' OR pending_restart ORDER BY name`,
  "who may log in": `SELECT type, database, user_name, address, netmask, auth_method FROM pg_hba_file_rules
      ORDER BY line_number`,
};

export async function databaseInventory(environment: Surveyed): Promise<Record<string, unknown>> {
  return asOperator(environment, async (client) => {
    const found: Record<string, unknown> = {};
    for (const [kind, sql] of Object.entries(CATALOGUES)) found[kind] = (await client.query(sql)).rows;
    return found;
  });
}

/** Works as the superuser, in `postgres` or another database. */
export async function asOperator<T>(
  { facts }: Surveyed,
  work: (client: Client) => Promise<T>,
  database = "postgres",
): Promise<T> {
  const { host, port, username: user, password } = facts.database;
  const client = new Client({ host, port, user, password, database });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Left out: what servers write by themselves, and what the machine has below every host, far from what is placed. */
const LIST_FILES = `
set -eu
list() {
  find /etc /var /usr/local/share/groundwork /usr/local/lib/groundwork /root /home /opt /srv /tmp \\
    \\( -path /var/lib/rabbitmq/mnesia -o -path '/var/lib/postgresql/*' -o -path '/var/log/*' \\
    -o -path /var/lib/dpkg -o -path /var/lib/apt -o -path /var/cache/apt \\) -prune -o "$@" 2>/dev/null || :
}
list -printf '%y|%m|%U:%G|%l|%p\\n'
list -type f -size -1024k -exec sha256sum -- {} + | sed 's/^\\([^ ]*\\)  /#|\\1|/'
`;

function filesOf(listing: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const line of listing.split("\n")) {
    const fields = line.split("|");
    if (fields[0] === "#") {
      const [, digest = "", ...path] = fields;
      found[path.join("|")] += ` ${digest}`;
    } else {
      const [type, mode, owner, target, ...path] = fields;
      found[path.join("|")] = [type, mode, owner, target].join(" ").trim();
    }
  }
  return found;
}
