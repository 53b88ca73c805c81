import type * as pulumi from "@pulumi/pulumi";

import { type CertificateAuthority, type CertificateSettings, NodeCertificate, type Subject } from "../../pki";

export interface ClientTrust {
  readonly authority: CertificateAuthority;
  readonly certificates: CertificateSettings;
}

/** What one dials the relay with: a key and a certificate for clients alone. */
export function clientCertificate(
  name: string,
  subject: Subject,
  { authority, certificates }: ClientTrust,
  opts: pulumi.ComponentResourceOptions,
): NodeCertificate {
  const { organization, lifetime, renewBefore, keyAlgorithm } = certificates;
  return new NodeCertificate(
    name,
    { authority, subject: { organization, ...subject }, usage: "client", lifetime, renewBefore, keyAlgorithm },
    opts,
  );
}
