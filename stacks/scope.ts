import type * as pulumi from "@pulumi/pulumi";

import type { Host, PathClaims } from "../components/hosts";
import type { Access } from "./access";
import type { PublishedStacks } from "./authority";
import type { Environment } from "./environment";
import { type AuthorityConfiguration, OutsideAuthorities } from "./outside-authorities";

/** What every platform of a stack shares. */
export interface Scope {
  /** The stack's name: it names authorities. */
  readonly stack: string;
  readonly access: Access;
  readonly claims: PathClaims;
  readonly certificates: Environment["certificates"];
  /** Of the PostgreSQL server's configuration, where a platform names no other. */
  readonly postgresqlDirectory: string;
  /** A host by its name in the environment. */
  readonly host: (name: string) => Host;
  /** The value of a secret configuration key that is set. */
  readonly secret: (key: string) => pulumi.Output<string>;
  /** A platform's authority, where it comes from outside. */
  readonly authority: OutsideAuthorities["of"];
}

/** Of a PostgreSQL server of this major version, as Debian has it. */
const directoryOf = (version: string) => `/etc/postgresql/${version}/main`;

/** Debian 12's, where there is no lab that says otherwise. */
const DEFAULT_POSTGRESQL = "15";
export const DEFAULT_DIRECTORY = directoryOf(DEFAULT_POSTGRESQL);

export function scopeOf(
  stack: string,
  { certificates }: Environment,
  access: Access,
  claims: PathClaims,
  configuration: AuthorityConfiguration,
  published: PublishedStacks,
  postgresqlVersion: string = DEFAULT_POSTGRESQL,
): Scope {
  const authorities = new OutsideAuthorities(configuration, published);
  const hosts = new Map(access.hosts.map((host) => [host.name, host]));
  return {
    stack,
    access,
    claims,
    certificates,
    secret: configuration.secret,
    authority: (platform, settings) => authorities.of(platform, settings),
    postgresqlDirectory: directoryOf(postgresqlVersion),
    host: (name) => {
      const found = hosts.get(name);
      // The environment was judged before: this is a fault of this program.
      if (found === undefined) throw new Error(`Host ${name} is not among the hosts of the environment.`);
      return found;
    },
  };
}
