import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { BROKER_USERS, type BrokerUserName } from "./broker-permissions";

const DATABASE_LOGINS = ["migadmin", "migapi", "migscheduler"] as const;
export type DatabaseLoginName = (typeof DATABASE_LOGINS)[number];

export interface Passwords {
  readonly broker: Readonly<Record<BrokerUserName, pulumi.Output<string>>>;
  readonly database: Readonly<Record<DatabaseLoginName, pulumi.Output<string>>>;
}

/** Passwords of letters and digits: MIG pastes them into URLs as they are. */
export function passwords(name: string, parent: pulumi.Resource): Passwords {
  const one = (account: string) =>
    new random.RandomPassword(`${name}-${account}-password`, { length: 32, special: false }, { parent }).result;
  return {
    broker: record(BROKER_USERS, (user) => one(`broker-${user}`)),
    database: record(DATABASE_LOGINS, (role) => one(`database-${role}`)),
  };
}

function record<K extends string, V>(keys: readonly K[], value: (key: K) => V): Record<K, V> {
  return Object.fromEntries(keys.map((key) => [key, value(key)])) as Record<K, V>;
}
