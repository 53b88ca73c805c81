import * as hosts from "@groundwork/hosts";
import * as accounts from "@groundwork/rabbitmq-accounts";
import * as postgresql from "@pulumi/postgresql";
import type * as pulumi from "@pulumi/pulumi";
import * as rabbitmq from "@pulumi/rabbitmq";

import type { Access, BrokerAccess } from "./access";

/** Explicit providers for what the platforms need outside the state, by package; components pass them down. */
export interface Providers {
  readonly [name: string]: pulumi.ProviderResource | undefined;
  readonly hosts: hosts.Provider;
  readonly postgresql?: postgresql.Provider;
}

/** Seconds; without it a server that does not answer is waited for for three minutes. */
const CONNECT_TIMEOUT = 30;

export function declareProviders({ ssh, serviceManager, broker, database }: Access): Providers {
  return {
    hosts: new hosts.Provider("hosts", { ...ssh, serviceManager }),
    ...(broker === undefined ? {} : brokerProviders(broker)),
    ...(database === undefined
      ? {}
      : { postgresql: new postgresql.Provider("database", { connectTimeout: CONNECT_TIMEOUT, ...database }) }),
  };
}

function brokerProviders({ endpoint, username, password, cacertFile }: BrokerAccess) {
  const management = { endpoint, username, password, ...(cacertFile === undefined ? {} : { cacertFile }) };
  return {
    rabbitmq: new rabbitmq.Provider("broker", management),
    "rabbitmq-accounts": new accounts.Provider("broker-accounts", management),
  };
}
