import { readFileSync, writeFileSync } from "node:fs";
import { utils } from "ssh2";

import { type LabFacts, labFactsFile } from "../../../lab";
import type { Environment } from "../support/environment";

/** Something in the way of a first `up`. */
export interface Obstacle {
  readonly name: string;
  readonly place: (environment: Environment) => Promise<void> | void;
  /** What `up` says when it meets it: subject, cause, what to do. */
  readonly says: RegExp;
  readonly remove: (environment: Environment) => Promise<void> | void;
}

const CONFIGURATION = "/etc/mig/mig-agent.cfg";

export const WRONG = { broker: "wrong-password-of-the-broker", database: "wrong-password-of-the-database" };

export const OBSTACLES: readonly Obstacle[] = [
  {
    name: "a wrong SSH key",
    place: inLabFile((facts) => ({
      ...facts,
      ssh: { ...facts.ssh, privateKey: utils.generateKeyPairSync("ed25519").private },
    })),
    says: /failed: Host \w+ \(root@127\.[\d.]+:2222\) refused the login as root: check the provider's privateKey/,
    remove: inLabFile((facts, right) => ({ ...facts, ssh: right.ssh })),
  },
  {
    name: "a wrong password of the broker's operator",
    place: inLabFile((facts) => ({ ...facts, broker: { ...facts.broker, password: WRONG.broker } })),
    says: /failed: RabbitMQ management API http:\S+: user "admin" may not log in \(401, .*: check username, password/,
    remove: inLabFile((facts, right) => ({ ...facts, broker: right.broker })),
  },
  {
    name: "a wrong password of the database's operator",
    place: inLabFile((facts) => ({ ...facts, database: { ...facts.database, password: WRONG.database } })),
    says: /failed: .*PostgreSQL 127\.[\d.]+:5432, .*password authentication failed for user "postgres"; correct `username` and `password`/,
    remove: inLabFile((facts, right) => ({ ...facts, database: right.database })),
  },
  {
    name: "a host with another key than the pinned one",
    place: (environment) => {
      const { hostKey } = environment.facts.hosts["agent1"] ?? {};
      inConfiguration(environment, "name: api1,", `name: api1, hostKey: ${hostKey},`);
    },
    says: /failed: Host api1 \(\S+\) presents another host key than the pinned one: SHA256:\S+ instead of SHA256:\S+\. If the host was reinstalled, compare/,
    remove: (environment) => inConfiguration(environment, /name: api1, hostKey: [^,]+,/, "name: api1,"),
  },
  {
    name: "a file that is there already",
    place: onHost("agent1", `mkdir -p /etc/mig && echo theirs >${CONFIGURATION}`),
    says: /failed: host agent1: \/etc\/mig\/mig-agent\.cfg exists and was not placed by this set: remove it, or set adopt/,
    remove: onHost("agent1", `test "$(cat ${CONFIGURATION})" = theirs && rm ${CONFIGURATION}`),
  },
  {
    name: "a full disk",
    place: onHost(
      "agent2",
      "mkdir -p /etc/mig && mount -t tmpfs -o size=8k,mode=755 full /etc/mig ; head -c 16384 /dev/zero >/etc/mig/big || :",
    ),
    says: /failed: host agent2: \/etc\/mig\S* .*No space left on device\): free some space there, and run up again/,
    remove: onHost("agent2", "test -z \"$(find /etc/mig -name '.groundwork*')\" && umount /etc/mig"),
  },
  {
    name: "a directory that nobody can write to",
    place: onHost("agent3", "mkdir -p /etc/mig && mount --bind /etc/mig /etc/mig && mount -o remount,bind,ro /etc/mig"),
    says: /failed: host agent3: \/etc\/mig\S* .*Read-only file system.*\): mount it for writing, and run up again/,
    remove: onHost("agent3", "umount /etc/mig"),
  },
  {
    // The official provider takes it over without a word: docs/decisions says why ours does not.
    name: "a broker user of a declared name, made by hand",
    place: onHost("relay1", "rabbitmqctl --quiet add_user worker by-hand"),
    says: /failed: user "worker" exists already on http:\S+ and is not in this stack: import it .* or delete it first/,
    remove: onHost(
      "relay1",
      "rabbitmqctl --quiet authenticate_user worker by-hand && rabbitmqctl --quiet delete_user worker",
    ),
  },
  {
    name: "a role of a declared name, made by hand",
    place: onHost("db1", psql("CREATE ROLE migreadonly NOLOGIN CONNECTION LIMIT 7")),
    says: /failed: .*role "migreadonly" .*exists.*import/,
    remove: onHost("db1", psql("DROP ROLE migreadonly")),
  },
];

function onHost(name: string, command: string) {
  return async (environment: Environment) => void (await environment.host(name).run(command));
}

function psql(statement: string): string {
  return `cd / && setpriv --reuid postgres --regid postgres --init-groups psql -Xqc '${statement}'`;
}

function inLabFile(edit: (facts: LabFacts, right: LabFacts) => LabFacts) {
  return ({ directory, facts }: Environment) => {
    const file = labFactsFile(directory);
    writeFileSync(file, JSON.stringify(edit(JSON.parse(readFileSync(file, "utf8")) as LabFacts, facts)));
  };
}

function inConfiguration({ configFile }: Environment, was: string | RegExp, is: string): void {
  writeFileSync(configFile, readFileSync(configFile, "utf8").replace(was, is));
}
