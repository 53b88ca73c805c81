import type * as pulumi from "@pulumi/pulumi";

import type { Bind } from "../../database";
import type { Host, PathClaims } from "../../hosts";
import type { KeyAlgorithm, Lifetime, OutsideAuthority } from "../../pki";

/**
 * How a node comes to its certificate. `placed`: it is made here. `ticket`: the node asks for it and the signing master
 * signs by itself. `authority`: the node knows the CA alone and asks; somebody signs by `icinga2 ca sign`.
 */
export type CertificateWay = "placed" | "ticket" | "authority";

/** Who opens the connection between a node and those of the zone above. */
export type Connection = "child" | "parent" | "both";

export interface EndpointSettings {
  /** Its NodeName and the Common Name of its certificate: others know it by this alone. */
  readonly name: string;
  readonly host: Host;
  /** What others dial to reach it. */
  readonly dial: string;
  readonly port: number;
  /** What its certificate holds beside its name. */
  readonly names: readonly string[];
  readonly certificate: CertificateWay;
  readonly connection: Connection;
}

export interface ZoneSettings {
  readonly name: string;
  /** The zone above it. @default it is the masters' */
  readonly parent?: string | undefined;
  /** One, or two that stand in for one another. */
  readonly endpoints: readonly EndpointSettings[];
  /** Features of all its endpoints: two that stand in for one another have the same. */
  readonly checker: boolean;
  readonly notification: boolean;
}

export interface Icinga2Certificates {
  /** RSA: with an elliptic key the daemon's own signing writes an empty certificate. */
  readonly authorityKeyAlgorithm: KeyAlgorithm;
  /** Of nodes. */
  readonly keyAlgorithm: KeyAlgorithm;
  readonly authorityLifetime: Lifetime;
  readonly lifetime: Lifetime;
  /** Longer than the 30 days at which the daemon renews by itself. */
  readonly renewBefore: Lifetime;
}

export interface IdoSettings {
  /** The PostgreSQL server. */
  readonly host: Host;
  readonly port: number;
  /** What masters dial in place of the host: the name of a virtual address. @default the host */
  readonly endpoint?: string | undefined;
  /** The cluster's configuration: `/etc/postgresql/15/main`. */
  readonly directory: string;
  /** Its service. */
  readonly unit: string;
  readonly database: string;
  /** The role that owns the database, which masters log in as. */
  readonly user: string;
  /** Where the schema is external, and the user there with it. @default it is made */
  readonly password?: pulumi.Input<string> | undefined;
  /** A role that may read everything, for Icinga Web. @default none */
  readonly reader?: string | undefined;
  readonly schema: "managed" | "external";
  /** The file that makes the tables, on the signing master. */
  readonly schemaFile: string;
  /** Networks that every role may come from, beside the masters, in CIDR notation. */
  readonly clients: readonly string[];
  readonly sslmode: "require" | "verify-full";
  /** `60s`, at least 30 seconds. */
  readonly failoverTimeout: string;
  /** Who sets the server up: this platform, or another one whose authority then signs for it. */
  readonly server:
    | { readonly kind: "own"; readonly bind: Bind }
    | { readonly kind: "shared"; readonly caPem: pulumi.Input<string>; readonly ready: pulumi.Resource };
}

export interface Icinga2Args {
  /** The stack's register of who places what. */
  readonly claims: PathClaims;
  readonly certificates: Icinga2Certificates;
  /** With an RSA key, and self-signed. @default one is made */
  readonly authority?: OutsideAuthority | undefined;
  /** The tree: one zone without a parent, which is the masters'. */
  readonly zones: readonly ZoneSettings[];
  /** Zones whose configuration every node gets. */
  readonly globalZones: readonly string[];
  /** The endpoint that holds the authority's key and signs requests. */
  readonly signingMaster: string;
  /** Where the API listens: on every address, or on the one by which the environment knows the host. */
  readonly bind: Bind;
  /** Where checks find their plugins. */
  readonly pluginDirectory: string;
  /** The account that the daemon runs as. It exists already. */
  readonly account: { readonly user: string; readonly group: string };
  /** The daemon's service. */
  readonly unit: string;
  /** The central database of the masters. @default none */
  readonly ido?: IdoSettings | undefined;
}
