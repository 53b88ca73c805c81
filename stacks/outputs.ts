import * as pulumi from "@pulumi/pulumi";

import { AMQPS_PORT, type Mig, type MigArgs, relayEndpoint } from "../components/platforms/mig";
import { dialName } from "../components/hosts";
import type { Access } from "./access";

/** What a user needs to go on: where everything is, who does what, whom to trust. */
export function migOutputs(platform: Mig, args: MigArgs, { broker, hosts, database }: Access) {
  return {
    hosts: Object.fromEntries(hosts.map(({ name, address }) => [name, { address, roles: rolesOf(name, args) }])),
    broker: {
      amqps: `amqps://${relayEndpoint(args.relay)}:${AMQPS_PORT}`,
      management: broker.endpoint,
      vhost: platform.relay.vhost,
    },
    database: {
      host: dialName(args.database.host),
      port: database.port,
      name: platform.database.database,
    },
    api: platform.apiUrl,
    caCertificate: platform.authority.certificatePem,
    passwords: pulumi.secret({ broker: platform.passwords.broker, database: platform.passwords.database }),
  };
}

function rolesOf(name: string, { relay, database, scheduler, api, workers = [], agents }: MigArgs): string[] {
  const roles: Readonly<Record<string, readonly { readonly name: string }[]>> = {
    relay: relay.hosts,
    database: [database.host],
    scheduler: [scheduler.host],
    api: [api.host],
    worker: workers.map(({ host }) => host),
    agent: agents.hosts,
  };
  return Object.entries(roles)
    .filter(([, members]) => members.some((member) => member.name === name))
    .map(([role]) => role);
}
