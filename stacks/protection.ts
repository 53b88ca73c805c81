import * as pulumi from "@pulumi/pulumi";

import { CertificateAuthority } from "../components/pki";

/**
 * What cannot be made again once it is deleted, by type, and below what: a database and a broker's virtual host are
 * what is in them, everyone trusts an authority by its key, Flocker's datasets belong to UUIDs. The certificate of an
 * authority is not among it, which is issued anew in time with the same key.
 */
const STATEFUL: Readonly<Record<string, (parent: pulumi.Resource | undefined) => boolean>> = {
  "postgresql:index/database:Database": () => true,
  "rabbitmq:index/vHost:VHost": () => true,
  "random:index/randomUuid:RandomUuid": () => true,
  "tls:index/privateKey:PrivateKey": (parent) => parent instanceof CertificateAuthority,
};

/** Has the engine refuse to delete or replace stateful resources. Comes before any resource is declared. */
export function protectStateful(): void {
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
    STATEFUL[type]?.(opts.parent) === true ? { props, opts: { ...opts, protect: true } } : undefined,
  );
}
