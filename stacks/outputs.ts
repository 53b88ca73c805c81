import * as pulumi from "@pulumi/pulumi";

import { dialName } from "../components/hosts";
import { AMQPS_PORT, type Mig, type MigArgs, relayEndpoint } from "../components/platforms/mig";
import type { Access } from "./access";

/** Who does what: the names of hosts by role. */
export type Roles = Readonly<Record<string, readonly string[]>>;

/** What a user needs of one platform to go on. */
export interface PlatformOutputs {
  readonly roles: Roles;
  /** Where everything is and whom to trust; nothing of it is secret. */
  readonly open: pulumi.Input<Record<string, unknown>>;
  /** @default the platform has none */
  readonly passwords?: pulumi.Output<unknown>;
}

/** Every host with its address and its roles, as `mig relay`. */
export function hostOutputs({ hosts }: Access, platforms: Readonly<Record<string, PlatformOutputs>>) {
  return Object.fromEntries(
    hosts.map(({ name, address }) => {
      const roles = Object.entries(platforms).flatMap(([platform, outputs]) =>
        Object.entries(outputs.roles)
          .filter(([, members]) => members.includes(name))
          .map(([role]) => `${platform} ${role}`),
      );
      return [name, { address, roles }];
    }),
  );
}

export function migOutputs(platform: Mig, args: MigArgs, { broker, database }: Access): PlatformOutputs {
  return {
    roles: migRoles(args),
    open: {
      broker: {
        amqps: `amqps://${relayEndpoint(args.relay)}:${AMQPS_PORT}`,
        management: broker?.endpoint,
        vhost: platform.relay.vhost,
      },
      database: {
        host: dialName(args.database.host),
        port: database?.port,
        name: platform.database.database,
      },
      api: platform.apiUrl,
      caCertificate: platform.authority.certificatePem,
    },
    passwords: pulumi.secret({ broker: platform.passwords.broker, database: platform.passwords.database }),
  };
}

function migRoles({ relay, database, scheduler, api, workers = [], agents }: MigArgs): Roles {
  const roles = {
    relay: relay.hosts,
    database: [database.host],
    scheduler: scheduler.hosts,
    api: [api.host],
    worker: workers.map(({ host }) => host),
    agent: agents.hosts,
  };
  return Object.fromEntries(Object.entries(roles).map(([role, hosts]) => [role, hosts.map(({ name }) => name)]));
}
