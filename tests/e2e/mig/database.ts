import { checkServerIdentity } from "node:tls";
import { Client } from "pg";

import { asOperator } from "../support/inventory";
import type { Outputs, Scene } from "./scene";

type Role = keyof Outputs["passwords"]["database"];

const INVESTIGATOR = "INSERT INTO investigators (name, pgpfingerprint, publickey, status, createdat, lastmodified";
const ACTION =
  "INSERT INTO actions (id, name, target, validfrom, expireafter, pgpsignatures) VALUES (1, '', '', now(), now(), '')";

/** Each in a transaction of its own, which is rolled back. */
const STATEMENTS: readonly (readonly [Role | "migreadonly", "may" | "may not", string])[] = [
  ["migadmin", "may", "CREATE TABLE its_own (id integer)"],
  ["migadmin", "may", "DELETE FROM investigators"],
  ["migadmin", "may not", "CREATE ROLE another"],
  ["migadmin", "may not", "CREATE DATABASE another"],
  ["migadmin", "may not", "COPY agents FROM '/etc/passwd'"],

  ["migscheduler", "may", "SELECT privatekey FROM investigators"],
  ["migscheduler", "may", "SELECT * FROM invagtmodperm"],
  ["migscheduler", "may", "SELECT * FROM later"],
  ["migscheduler", "may", ACTION],
  ["migscheduler", "may", "UPDATE commands SET status = ''"],
  ["migscheduler", "may", "UPDATE agents SET status = ''"],
  ["migscheduler", "may", 'INSERT INTO agents_stats ("timestamp") VALUES (now())'],
  ["migscheduler", "may", "UPDATE signatures SET pgpsignature = ''"],
  ["migscheduler", "may", `${INVESTIGATOR}, privatekey) VALUES ('', '', '', '', now(), now(), '')`],
  ["migscheduler", "may not", "UPDATE investigators SET status = ''"],
  ["migscheduler", "may not", "DELETE FROM actions"],
  ["migscheduler", "may not", "INSERT INTO modules VALUES (1, 'file')"],
  ["migscheduler", "may not", "INSERT INTO later VALUES (1)"],
  ["migscheduler", "may not", "CREATE TABLE its_own (id integer)"],

  ["migapi", "may", "SELECT id, name, pgpfingerprint, publickey, status, createdat, lastmodified FROM investigators"],
  ["migapi", "may", `${INVESTIGATOR}) VALUES ('', '', '', '', now(), now())`],
  ["migapi", "may", "UPDATE investigators SET status = '', lastmodified = now()"],
  ["migapi", "may", "SELECT * FROM agents_stats"],
  ["migapi", "may", ACTION],
  ["migapi", "may", "SELECT nextval('investigators_id_seq')"],
  ["migapi", "may not", "SELECT privatekey FROM investigators"],
  ["migapi", "may not", "SELECT * FROM investigators"],
  ["migapi", "may not", `${INVESTIGATOR}, privatekey) VALUES ('', '', '', '', now(), now(), '')`],
  ["migapi", "may not", "UPDATE investigators SET privatekey = ''"],
  ["migapi", "may not", "UPDATE investigators SET name = ''"],
  ["migapi", "may not", "UPDATE actions SET status = ''"],
  ["migapi", "may not", "INSERT INTO commands (id) VALUES (1)"],
  ["migapi", "may not", "DELETE FROM actions"],
  ["migapi", "may not", "DELETE FROM investigators"],
  ["migapi", "may not", "SELECT * FROM later"],
  ["migapi", "may not", "SELECT rolpassword FROM pg_authid"],

  ["migreadonly", "may", "SELECT * FROM signatures"],
  ["migreadonly", "may", "SELECT name, publickey FROM investigators"],
  ["migreadonly", "may not", "SELECT privatekey FROM investigators"],
  ["migreadonly", "may not", "SELECT * FROM agents_stats"],
  ["migreadonly", "may not", ACTION],
];

const NOTHING = { rolsuper: false, rolcreaterole: false, rolcreatedb: false, rolreplication: false };
const INSUFFICIENT_PRIVILEGE = "42501";
const NOT_AUTHORISED = "28000";
const WRONG_PASSWORD = "28P01";

const OTHER_AUTHORITY =
  "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=other " +
  "-keyout /dev/null -out /tmp/other.pem 2>/dev/null";

export function databaseTests(scene: () => Scene): void {
  const clients = new Map<Role | "migreadonly", Client>();

  beforeAll(async () => {
    for (const role of ["migadmin", "migscheduler", "migapi"] as const) clients.set(role, await logIn(role));
    // A table of which nobody knew when privileges were granted.
    await clients.get("migadmin")?.query("CREATE TABLE later (id integer)");
    const { host, port, username: user, password } = scene().environment.facts.database;
    const reader = new Client({ host, port, user, password, database: "mig" });
    await reader.connect();
    await reader.query("SET ROLE migreadonly");
    clients.set("migreadonly", reader);
  });
  afterAll(async () => {
    await scene().environment.host("api1").run("rm -f /tmp/other.pem");
    await clients.get("migadmin")?.query("DROP TABLE later");
    await Promise.all([...clients.values()].map((client) => client.end()));
  });

  test.each(STATEMENTS)("%s %s %s", async (role, verb, statement) => {
    const client = clients.get(role);
    // PostgreSQL does not create databases within a transaction, whoever asks.
    const alone = statement.startsWith("CREATE DATABASE");
    if (!alone) await client?.query("BEGIN");
    try {
      const answer = client?.query(statement);
      if (verb === "may") await answer;
      else await expect(answer).rejects.toMatchObject({ code: INSUFFICIENT_PRIVILEGE });
    } finally {
      if (!alone) await client?.query("ROLLBACK");
    }
  });

  test("roles are what MIG's documentation makes of them", async () => {
    const { rows } = await asOperator(scene().environment, (operator) =>
      operator.query(
        `SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolreplication, rolcanlogin,
           ARRAY(SELECT roleid::regrole::text FROM pg_auth_members WHERE member = pg_roles.oid) AS member_of
         FROM pg_roles WHERE rolname LIKE 'mig%' ORDER BY rolname`,
      ),
    );
    const role = { ...NOTHING, rolinherit: true };
    expect(rows).toEqual([
      { rolname: "migadmin", ...role, rolcanlogin: true, member_of: [] },
      { rolname: "migapi", ...role, rolcanlogin: true, member_of: ["migreadonly"] },
      { rolname: "migreadonly", ...role, rolcanlogin: false, member_of: [] },
      { rolname: "migscheduler", ...role, rolcanlogin: true, member_of: ["migreadonly"] },
    ]);
  });

  test.each([
    ["migreadonly has no way in", "migreadonly", { password: "any" }, NOT_AUTHORISED],
    ["a connection without TLS is refused", "migapi", { ssl: false }, NOT_AUTHORISED],
    ["a wrong password is refused", "migapi", { password: "wrong" }, WRONG_PASSWORD],
    ["another database is refused", "migapi", { database: "postgres" }, NOT_AUTHORISED],
  ])("%s", async (_what, role, options, code) => {
    await expect(logIn(role as Role, options)).rejects.toMatchObject({ code });
  });

  test.each([
    ["migscheduler", "/etc/mig/scheduler.cfg", "/etc/mig/scheduler/cacert.pem"],
    ["migapi", "/etc/mig/api.cfg", "/etc/mig/api/cacert.pem"],
  ] as const)("%s verifies the server with what is placed on its host", async (role, configuration, ca) => {
    const text = await scene().environment.host("api1").run(`cat ${configuration}`);
    const { host, port, dbname, user, password, sslmode } = postgresSection(text);
    expect({ user, password, sslmode }).toEqual({
      user: role,
      password: scene().outputs.passwords.database[role],
      sslmode: "verify-full",
    });
    const psql = (rootCertificate: string) =>
      scene()
        .environment.host("api1")
        .exec(
          `IFS= read -r PGPASSWORD; export PGPASSWORD PGSSLMODE=${sslmode} PGSSLROOTCERT=${rootCertificate}
         psql -XAtw -h ${host} -p ${port} -U ${user} ${dbname} -c 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()'`,
          { input: `${password}\n` },
        );
    expect(await psql(ca)).toMatchObject({ code: 0, stdout: "t\n" });
    await scene().environment.host("api1").run(OTHER_AUTHORITY);
    expect((await psql("/tmp/other.pem")).stderr).toMatch(/certificate verify failed/);
  });

  async function logIn(role: Role, options: object = {}): Promise<Client> {
    const { environment, outputs } = scene();
    const { host, port } = environment.facts.database;
    const client = new Client({
      ...{ host, port, user: role, password: outputs.passwords.database[role], database: "mig" },
      // By an address, of which Node would not look for the name in the certificate by itself.
      ssl: { ca: outputs.caCertificate, checkServerIdentity: (_name, peer) => checkServerIdentity(host, peer) },
      ...options,
    });
    await client.connect().catch(async (error: unknown) => {
      await client.end().catch(() => undefined);
      throw error;
    });
    return client;
  }
}

/** A section of a daemon's gcfg file. */
function postgresSection(text: string): Readonly<Record<string, string>> {
  const [, section = ""] = /^\[postgres\]\n([^[]*)/m.exec(text) ?? [];
  const lines = [...section.matchAll(/^\s*(\w+)\s*=\s*"?([^"\n]*)"?$/gm)];
  return Object.fromEntries(lines.map(([, key = "", value = ""]) => [key, value]));
}
