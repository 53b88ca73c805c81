import type * as pulumi from "@pulumi/pulumi";

import type { Host, PathClaims } from "../../hosts";
import type { KeyAlgorithm, Lifetime } from "../../pki";

export interface CertificateSettings {
  /** Flocker's own tool makes RSA keys of 4096 bits. @default "RSA-4096" */
  readonly keyAlgorithm?: KeyAlgorithm;
  readonly authorityLifetime: Lifetime;
  readonly lifetime: Lifetime;
  /** @default a third of the lifetime */
  readonly renewBefore?: Lifetime;
}

/** A member of the cluster that holds datasets. */
export interface FlockerNode {
  readonly host: Host;
  /** By which the cluster knows it: what it holds is found again by it. @default made once and kept */
  readonly uuid?: string;
  /** Whether Docker on this host mounts datasets. @default false */
  readonly dockerPlugin?: boolean;
}

export interface ApiUser {
  readonly name: string;
  /** Where its certificate goes, in `/etc/flocker`. @default the administrator's folder */
  readonly host?: Host;
}

/** What agents read in `agent.yml`. */
export interface AgentSettings {
  /** The control service's port for agents. @default 4524 */
  readonly port?: number;
  /** The storage: `backend` and what it takes. */
  readonly dataset: Readonly<Record<string, unknown>> & { readonly backend: string };
  /** More of `dataset`, such as `secret_access_key`. @default none */
  readonly datasetSecrets?: Readonly<Record<string, pulumi.Input<string>>>;
  /** In the form of Python's logging (PEP 391). @default left to Flocker */
  readonly logging?: Readonly<Record<string, unknown>>;
}

export interface FlockerArgs {
  /** The stack's register of who places what. */
  readonly claims: PathClaims;
  readonly certificates: CertificateSettings;
  readonly cluster: {
    /** The common name of its authority. */
    readonly name: string;
    /** @default made once and kept */
    readonly uuid?: string;
  };
  readonly control: {
    readonly host: Host;
    /** What agents and API clients dial: a DNS name, without underscores, or an IPv4 address. */
    readonly hostname: string;
    /** What it is dialled by as well. @default the names of its host */
    readonly names?: readonly string[];
  };
  /** The control service's host may be one of them. */
  readonly nodes: readonly FlockerNode[];
  readonly agent: AgentSettings;
  /** @default none */
  readonly users?: readonly ApiUser[];
  /**
   * A folder on the machine that `up` runs on, which gets the cluster's key and the certificates of users without a
   * host. @default the key is delivered nowhere
   */
  readonly administrator?: { readonly directory: string };
}
