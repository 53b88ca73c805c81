import type * as pulumi from "@pulumi/pulumi";

import { COMMON_NAME_LIMIT } from "../pki";

/** A host by its place in the environment: plain values, so that what is placed where can be checked beforehand. */
export interface Host {
  readonly name: string;
  readonly address: string;
  /** @default the provider's port, else 22 */
  readonly port?: number;
  /** @default the provider's user, else root */
  readonly user?: string;
  /** `ssh-ed25519 AAAA…` */
  readonly hostKey: pulumi.Input<string>;
  /** Its name in DNS. Others dial it by this name where it is given, by address where not. */
  readonly fqdn?: string;
}

/** What others dial to reach the host. */
export function dialName(host: Pick<Host, "address" | "fqdn">): string {
  return host.fqdn ?? host.address;
}

/** What its certificates are called by. Whoever dials it looks at their alternative names, not at this. */
export function commonNameOf({ name, fqdn = name }: Pick<Host, "name" | "fqdn">): string {
  return fqdn.length > COMMON_NAME_LIMIT ? name : fqdn;
}

/** Everything a host is called: a certificate for it holds all of them. */
export function hostNames(host: Pick<Host, "name" | "address" | "fqdn">): readonly string[] {
  return [...(host.fqdn === undefined ? [] : [host.fqdn]), host.name, host.address];
}
