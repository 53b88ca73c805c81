import * as hosts from "@groundwork/hosts";
import * as accounts from "@groundwork/rabbitmq-accounts";
import * as postgresql from "@pulumi/postgresql";
import type * as pulumi from "@pulumi/pulumi";
import * as rabbitmq from "@pulumi/rabbitmq";

import type { Access } from "./access";

/** Explicit providers for everything outside the state, by package; components pass them down. */
export function declareProviders({ ssh, serviceManager, broker, database }: Access): {
  readonly [name: string]: pulumi.ProviderResource;
  readonly postgresql: postgresql.Provider;
} {
  const { endpoint, username, password, cacertFile } = broker;
  const management = { endpoint, username, password, ...(cacertFile === undefined ? {} : { cacertFile }) };
  return {
    hosts: new hosts.Provider("hosts", { ...ssh, serviceManager }),
    rabbitmq: new rabbitmq.Provider("broker", management),
    "rabbitmq-accounts": new accounts.Provider("broker-accounts", management),
    postgresql: new postgresql.Provider("database", { ...database }),
  };
}
