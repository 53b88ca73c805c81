import type { Environment } from "../support/environment";
import { asOperator, brokerInventory, databaseInventory } from "../support/inventory";

const PRIVILEGES = `
  SELECT relname AS name, pg_get_userbyid(relowner) AS owner, relacl::text AS acl FROM pg_class
    WHERE relnamespace = 'public'::regnamespace
  UNION ALL
  SELECT attrelid::regclass || '.' || attname, '', attacl::text FROM pg_attribute
    WHERE attacl IS NOT NULL AND attrelid >= 16384
  UNION ALL
  SELECT 'future ' || defaclobjtype::text, pg_get_userbyid(defaclrole), defaclacl::text FROM pg_default_acl
  ORDER BY 1, 2`;

/** Where something is placed, where it is staged and noted, and where commands leave what they need for a while. */
const LIST_FILES = `find /etc /var/cache/mig /var/lib/groundwork /usr/local/share/groundwork /tmp /run/groundwork* \\
  -printf '%M %u:%g %p %l\\n' 2>/dev/null | sort -k 3`;

/** What two environments have in common that differ in their keys and passwords alone. */
export async function takeShape(environment: Environment) {
  const [broker, database, ...files] = await Promise.all([
    brokerInventory(environment),
    databaseInventory(environment),
    ...environment.hosts.map(async (host) => [host.name, (await host.run(LIST_FILES)).split("\n")]),
  ]);
  const { "default privileges": _numbered, databases, ...catalogues } = database;
  const hasTables = JSON.stringify(databases).includes('"mig"');
  return {
    broker: {
      ...broker,
      users: broker.users.filter(({ name }) => name !== "guest").map(({ name, tags }) => ({ name, tags })),
      permissions: broker.permissions.filter(({ user }) => user !== "guest"),
    },
    database: { ...catalogues, databases },
    privileges: hasTables
      ? await asOperator(environment, async (client) => sortedRows(await client.query(PRIVILEGES)), "mig")
      : [],
    files: Object.fromEntries(files) as unknown,
  };
}

/** Grants that were made in another order are the same grants. */
function sortedRows({ rows }: { readonly rows: readonly { readonly acl: string | null }[] }) {
  return rows.map((row) => ({ ...row, acl: row.acl?.replace(/[{}]/g, "").split(",").sort() ?? [] }));
}

/** Files with a key or a password in them that anybody but their owner may open, as `host: path`. */
export async function laxFiles(environment: Environment): Promise<string[]> {
  const search = `find /etc /var/cache /var/lib/groundwork /tmp -type f -perm /077 -newer /run/groundwork/sshd.pid \\
    -exec grep -lE 'PRIVATE KEY|^ *pass(word)? *= *[^ ]' {} + 2>/dev/null || :`;
  const found = await Promise.all(
    environment.hosts.map(async (host) =>
      (await host.run(search)).split("\n").flatMap((path) => (path === "" ? [] : [`${host.name}: ${path}`])),
    ),
  );
  return found.flat();
}
