export type Place = "relay1" | "api1" | "agent1" | "agent2" | "agent3" | "sql";

/** One kind of thing that somebody changes by hand. */
export interface Break {
  readonly what: string;
  readonly where: Place;
  /** A shell command on the host, or a statement of the operator in MIG's database. */
  readonly by: string;
  /** What is to be seen of it: resource, what is done to it, and what of its properties. */
  readonly shows: readonly {
    readonly type: string;
    readonly name: string;
    readonly op: "update" | "create";
    readonly diff: RegExp;
  }[];
}

/** Each touches objects of its own, so that what is shown can be told apart. */
export const BREAKS: readonly Break[] = [
  {
    what: "a permission",
    where: "relay1",
    by: "rabbitmqctl set_permissions -p mig agent '.*' '^mig' '^mig'",
    shows: [
      {
        type: "Permissions",
        name: "mig-relay-permissions-agent",
        op: "update",
        diff: /^~ configure: "\.\*" => "\^mig\\\\\.agt\\\\\.\(linux\|windows\|darwin\)/m,
      },
    ],
  },
  {
    what: "a deleted user, and with it its permissions",
    where: "relay1",
    by: "rabbitmqctl delete_user worker",
    shows: [
      { type: "User", name: "mig-relay-user-worker", op: "create", diff: /^name *: "worker"$/m },
      { type: "Permissions", name: "mig-relay-permissions-worker", op: "create", diff: /^user *: "worker"$/m },
    ],
  },
  {
    what: "guest, made again",
    where: "relay1",
    by: "rabbitmqctl add_user guest guest",
    shows: [{ type: "AbsentUser", name: "mig-relay-guest", op: "create", diff: /^user *: "guest"$/m }],
  },
  {
    what: "a tag too many",
    where: "relay1",
    by: "rabbitmqctl set_user_tags admin administrator monitoring",
    shows: [{ type: "UserTags", name: "mig-relay-operator", op: "update", diff: /^- \[\d\]: "monitoring"$/m }],
  },
  {
    what: "a policy that is gone",
    where: "relay1",
    by: "rabbitmqctl clear_policy -p mig mig-mirror-all",
    shows: [{ type: "Policy", name: "mig-relay-policy-mig-mirror-all", op: "create", diff: /^ha-mode: "all"$/m }],
  },
  {
    what: "a role's attribute",
    where: "sql",
    by: "ALTER ROLE migapi CREATEDB",
    shows: [
      { type: "Role", name: "mig-database-role-migapi", op: "update", diff: /^~ createDatabase: true => false$/m },
    ],
  },
  {
    what: "a role's membership",
    where: "sql",
    by: "REVOKE migreadonly FROM migscheduler",
    shows: [{ type: "Role", name: "mig-database-role-migscheduler", op: "update", diff: /^\+ \[0\]: "migreadonly"$/m }],
  },
  {
    what: "a privilege on a table that is gone",
    where: "sql",
    by: "REVOKE INSERT ON actions FROM migapi",
    shows: [
      { type: "Grant", name: "mig-database-migapi-table-select-insert", op: "update", diff: /^\+ \[\d\]: "INSERT"$/m },
    ],
  },
  {
    what: "a privilege on a table too many",
    where: "sql",
    by: "GRANT DELETE ON signatures TO migscheduler",
    shows: [
      {
        type: "Grant",
        name: "mig-database-migscheduler-table-select-insert-update",
        op: "update",
        diff: /^- \[\d\]: "DELETE"$/m,
      },
    ],
  },
  {
    what: "a default privilege that is gone",
    where: "sql",
    by: "ALTER DEFAULT PRIVILEGES FOR ROLE migadmin IN SCHEMA public REVOKE SELECT ON TABLES FROM migscheduler",
    shows: [
      {
        type: "DefaultPrivileges",
        name: "mig-database-migscheduler-future-tables",
        op: "create",
        diff: /^\[0\]: "SELECT"$/m,
      },
    ],
  },
  {
    what: "a file's content",
    where: "api1",
    by: "echo '; mine' >>/etc/mig/api.cfg",
    shows: [{ type: "FileSet", name: "mig-api", op: "update", diff: /^~ content: \[secret\] => \[secret\]$/m }],
  },
  {
    what: "a file's mode",
    where: "agent1",
    by: "chmod 0644 /etc/mig/agent/agent-amqps-key.pem",
    shows: [{ type: "FileSet", name: "mig-agent-agent1", op: "update", diff: /^~ mode: "0644" => "0600"$/m }],
  },
  {
    what: "a deleted file",
    where: "agent2",
    by: "rm /etc/mig/agent/agent-amqps.pem",
    shows: [
      {
        type: "FileSet",
        name: "mig-agent-agent2",
        op: "update",
        diff: /^\+ path +: "\/etc\/mig\/agent\/agent-amqps.pem"$/m,
      },
    ],
  },
  {
    what: "a directory's owner",
    where: "agent3",
    by: "chown nobody /etc/mig/agent",
    shows: [{ type: "FileSet", name: "mig-agent-agent3", op: "update", diff: /^~ owner: "nobody" => "root"$/m }],
  },
  {
    what: "a removed block",
    where: "relay1",
    by: "sed -i '/BEGIN groundwork/,/END groundwork/d' /etc/security/limits.conf",
    shows: [
      { type: "FileSet", name: "mig-relay-relay1", op: "update", diff: /^\+ path +: "\/etc\/security\/limits.conf"$/m },
    ],
  },
];
