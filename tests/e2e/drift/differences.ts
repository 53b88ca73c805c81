/** Where somebody does something by hand: a shell on a host, or the operator's statement, in MIG's database or beside it. */
export type Where = "relay1" | "db1" | "api1" | "agent1" | "agent2" | "agent3" | "sql" | "server";

/** Something done by hand, and all that `drift` has to say of it: `changed User agent: password`. */
export interface Difference {
  readonly where: Where;
  readonly by: string;
  readonly finds: readonly string[];
}

const agent = (name: string, what: string): string => `FileSet ${name}:mig-agent-${name}: ${what}`;
const AMQPS = "/etc/mig/agent/agent-amqps";

/** Of every resource type something is other than declared. */
export const CHANGES: readonly Difference[] = [
  {
    where: "relay1",
    by: `rabbitmqctl set_vhost_limits -p mig '{"max-queues": 50}'`,
    finds: ["changed VHost mig: maxQueues"],
  },
  { where: "relay1", by: "rabbitmqctl change_password agent somebody-elses", finds: ["changed User agent: password"] },
  { where: "relay1", by: "rabbitmqctl clear_password worker", finds: ["changed User worker: password"] },
  { where: "relay1", by: "rabbitmqctl set_user_tags api monitoring", finds: ["changed User api: tags"] },
  {
    where: "relay1",
    by: "rabbitmqctl set_permissions -p mig agent '.*' '^mig' '^mig'",
    finds: ["configure", "write", "read"].map((each) => `changed Permissions agent@mig: permissions.${each}`),
  },
  {
    where: "relay1",
    by: `rabbitmqctl set_policy -p mig mig-mirror-all '^migevent' '{"ha-mode":"all"}'`,
    finds: ["changed Policy mig-mirror-all@mig: policy.pattern"],
  },
  {
    where: "relay1",
    by: "rabbitmqctl set_user_tags admin administrator monitoring",
    finds: ["changed UserTags admin: tags"],
  },
  { where: "sql", by: "ALTER ROLE migapi CREATEDB", finds: ["changed Role migapi: createDatabase"] },
  {
    where: "sql",
    by: "ALTER ROLE migscheduler PASSWORD 'somebody-elses'",
    finds: ["changed Role migscheduler: password"],
  },
  { where: "sql", by: "GRANT pg_read_all_data TO migadmin", finds: ["changed Role migadmin: roles"] },
  { where: "sql", by: "ALTER DATABASE mig CONNECTION LIMIT 70", finds: ["changed Database mig: connectionLimit"] },
  {
    where: "sql",
    by: "GRANT DELETE ON signatures TO migscheduler",
    finds: ["changed Grant migscheduler_mig_public_table_agents_stats_agents_commands_signatures_actions: privileges"],
  },
  {
    where: "sql",
    by: "REVOKE UPDATE (status) ON investigators FROM migapi",
    finds: ["changed Grant migapi_mig_public_column_investigators_lastmodified_status: columns"],
  },
  {
    where: "sql",
    by: "ALTER DEFAULT PRIVILEGES FOR ROLE migadmin IN SCHEMA public GRANT INSERT ON TABLES TO migscheduler",
    finds: ["changed DefaultPrivileges migscheduler_mig_public_migadmin_table: privileges"],
  },
  {
    where: "api1",
    by: "echo '; mine' >>/etc/mig/api.cfg",
    finds: ['changed FileSet api1:mig-api: files["/etc/mig/api.cfg"].content'],
  },
  { where: "agent1", by: `chmod 0644 ${AMQPS}-key.pem`, finds: [agent("agent1", `files["${AMQPS}-key.pem"].mode`)] },
  { where: "agent1", by: `chown nobody ${AMQPS}.pem`, finds: [agent("agent1", `files["${AMQPS}.pem"].owner`)] },
  {
    where: "agent1",
    by: "chgrp mail /etc/mig/mig-agent.cfg",
    finds: [agent("agent1", 'files["/etc/mig/mig-agent.cfg"].group')],
  },
  { where: "agent2", by: "chmod 0777 /etc/mig/agent", finds: [agent("agent2", 'directories["/etc/mig/agent"].mode')] },
  {
    where: "agent3",
    by: "chown nobody:mail /etc/mig/agent",
    finds: ["owner", "group"].map((each) => agent("agent3", `directories["/etc/mig/agent"].${each}`)),
  },
  {
    where: "agent3",
    by: `ln -sf /etc/passwd ${AMQPS}.pem`,
    finds: ["content", "mode"].map((each) => agent("agent3", `files["${AMQPS}.pem"].${each}`)),
  },
  {
    // No update takes a directory away: that is done by hand first.
    where: "agent2",
    by: `rm ${AMQPS}.pem && mkdir -p ${AMQPS}.pem/in`,
    finds: [
      ...["content", "mode"].map((each) => agent("agent2", `files["${AMQPS}.pem"].${each}`)),
      `undeclared file ${AMQPS}.pem`,
    ],
  },
  {
    where: "relay1",
    by: "sed -i '/BEGIN groundwork/,/END groundwork/s/nofile/nproc/' /etc/security/limits.conf",
    finds: ['changed FileSet relay1:mig-relay-relay1: files["/etc/security/limits.conf"].content'],
  },
  {
    // As a run leaves it that was killed between the placement and the handler.
    where: "db1",
    by: "sed -i '/^!set/a !pending|reload' $(grep -l conf.d/mig.conf /var/lib/groundwork/sets/*)",
    finds: ["changed FileSet db1:mig-database-db1: pendingHandlers"],
  },
].map(
  (each) =>
    ({
      ...each,
      finds: each.finds.map((line) => (/^(changed|undeclared) /.test(line) ? line : `changed ${line}`)),
    }) as Difference,
);

/** Something is there that nobody declared. */
export const ADDITIONS: readonly Difference[] = [
  { where: "relay1", by: "rabbitmqctl add_vhost theirs", finds: ["undeclared vhost theirs"] },
  { where: "relay1", by: "rabbitmqctl add_user mallory somebody-elses", finds: ["undeclared user mallory"] },
  {
    where: "relay1",
    by: "rabbitmqctl set_permissions -p / worker '.*' '.*' '.*'",
    finds: ["undeclared permissions worker@/"],
  },
  {
    where: "relay1",
    by: "rabbitmqctl set_topic_permissions -p mig api amq.topic '^a' '^b'",
    finds: ["undeclared topic permissions api@mig"],
  },
  {
    where: "relay1",
    by: `rabbitmqctl set_policy -p mig short '.*' '{"max-length":1}'`,
    finds: ["undeclared policy short@mig"],
  },
  {
    where: "relay1",
    by: `rabbitmqctl set_operator_policy -p mig short '.*' '{"max-length":1}'`,
    finds: ["undeclared operator policy short@mig"],
  },
  {
    where: "relay1",
    by: `rabbitmqctl set_user_limits api '{"max-channels": 1}'`,
    finds: ["undeclared user limits api"],
  },
  { where: "sql", by: "CREATE ROLE mallory LOGIN", finds: ["undeclared role mallory"] },
  { where: "sql", by: "GRANT migreadonly TO mallory", finds: ["undeclared membership mallory in migreadonly"] },
  { where: "sql", by: "CREATE DATABASE theirs", finds: ["undeclared database theirs"] },
  { where: "sql", by: "CREATE SCHEMA theirs", finds: ["undeclared schema theirs"] },
  { where: "sql", by: "CREATE EXTENSION pgcrypto", finds: ["undeclared extension pgcrypto"] },
  {
    where: "sql",
    by: "GRANT SELECT (privatekey) ON investigators TO migapi",
    finds: ["undeclared grant on column public.investigators.privatekey to migapi"],
  },
  {
    where: "sql",
    by: "GRANT SELECT ON agents TO PUBLIC",
    finds: ["undeclared grant on table public.agents to public"],
  },
  { where: "sql", by: "GRANT CREATE ON DATABASE mig TO migapi", finds: ["undeclared grant on database mig to migapi"] },
  {
    where: "sql",
    by: "GRANT CREATE ON SCHEMA public TO migscheduler",
    finds: ["undeclared grant on schema public to migscheduler"],
  },
  {
    where: "sql",
    by: "GRANT SELECT ON modules TO migapi WITH GRANT OPTION",
    finds: ["undeclared grant on table public.modules to migapi"],
  },
  {
    where: "sql",
    by: "SET ROLE migapi; GRANT SELECT ON modules TO mallory; RESET ROLE",
    finds: ["undeclared grant on table public.modules to mallory, given by migapi"],
  },
  {
    where: "sql",
    by: "ALTER TABLE agents_stats OWNER TO migreadonly",
    finds: ["undeclared ownership of table public.agents_stats by migreadonly"],
  },
  {
    where: "sql",
    by: "ALTER DEFAULT PRIVILEGES FOR ROLE migadmin IN SCHEMA public GRANT SELECT ON TABLES TO migapi",
    finds: ["undeclared default privileges on tables of migadmin in schema public to migapi"],
  },
  { where: "agent1", by: "echo mine >/etc/mig/agent/extra.pem", finds: ["undeclared file /etc/mig/agent/extra.pem"] },
  { where: "agent2", by: "mkdir /etc/mig/agent/.hidden", finds: ["undeclared file /etc/mig/agent/.hidden"] },
  {
    where: "relay1",
    by: "ln -s /etc/passwd '/etc/rabbitmq/certs/müll eimer'",
    finds: ["undeclared file /etc/rabbitmq/certs/müll eimer"],
  },
  {
    // Neither a line of a report nor a terminal is to believe it.
    where: "agent3",
    by: "touch \"$(printf '/etc/mig/agent/a\\nb \\033[2K\\377')\"",
    finds: ["undeclared file /etc/mig/agent/a\\u{a}b \\u{1b}[2K\\xff"],
  },
  // A program's own files in a directory that was made for it are no drift, and neither are its tables' rows.
  { where: "api1", by: "echo work >/var/cache/mig/action/new/1.json", finds: [] },
];

const GRANTS = 12;

/** Of every resource type one is gone, and with some what was in them. */
export const REMOVALS: readonly Difference[] = [
  { where: "relay1", by: "rabbitmqctl add_user guest guest", finds: ["missing AbsentUser guest"] },
  { where: "relay1", by: "rabbitmqctl delete_user worker", finds: ["missing User worker"] },
  {
    where: "relay1",
    by: "rabbitmqctl delete_vhost mig",
    finds: [
      "missing VHost mig",
      "missing Policy mig-mirror-all@mig",
      ...["admin", "agent", "api", "scheduler", "worker"].map((user) => `missing Permissions ${user}@mig`),
    ],
  },
  {
    where: "server",
    by: "DROP DATABASE mig WITH (FORCE)",
    finds: [
      "missing Database mig",
      "changed Guard db1:mig-database-schema: applied",
      "missing DefaultPrivileges migscheduler_mig_public_migadmin_table",
      ...Array<string>(GRANTS).fill("missing Grant"),
    ],
  },
  {
    where: "server",
    by: "DROP ROLE migreadonly",
    finds: ["missing Role migreadonly", "changed Role migapi: roles", "changed Role migscheduler: roles"],
  },
  { where: "agent1", by: `rm ${AMQPS}.pem`, finds: [`missing ${agent("agent1", `files["${AMQPS}.pem"]`)}`] },
  {
    where: "agent2",
    by: "rm -r /etc/mig/agent",
    finds: [
      'directories["/etc/mig/agent"]',
      ...["/etc/mig/agent/cacert.pem", `${AMQPS}.pem`, `${AMQPS}-key.pem`].map((path) => `files["${path}"]`),
    ].map((what) => `missing ${agent("agent2", what)}`),
  },
  {
    where: "agent3",
    by: "mv /etc/mig/agent /etc/mig/old && ln -s old /etc/mig/agent",
    finds: [
      `changed ${agent("agent3", 'directories["/etc/mig/agent"].mode')}`,
      "undeclared file /etc/mig/agent",
      "undeclared file /etc/mig/old",
    ],
  },
  {
    where: "relay1",
    by: "sed -i '/BEGIN groundwork/,/END groundwork/d' /etc/security/limits.conf",
    finds: ['missing FileSet relay1:mig-relay-relay1: files["/etc/security/limits.conf"]'],
  },
];
