import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";

import { type CertificateAuthority, NodeCertificate, allowedUses, keyArgs } from "../../pki";
import type { EndpointSettings, Icinga2Certificates } from "./args";
import { namesOf } from "./zones-config";

/** A node's key, and the certificate that it starts with. */
export interface Identity {
  readonly certificatePem: pulumi.Output<string>;
  readonly privateKeyPem: pulumi.Output<string>;
}

/**
 * The certificate that is placed for good, or a pair that the node signs itself: the daemon does not start without one,
 * nobody trusts it, and the daemon replaces it by the one that it is given.
 */
export function declareIdentity(
  name: string,
  endpoint: EndpointSettings,
  certificates: Icinga2Certificates,
  authority: CertificateAuthority,
  parent: pulumi.Resource,
): Identity {
  const { keyAlgorithm, lifetime, renewBefore, authorityLifetime } = certificates;
  const subject = { commonName: endpoint.name };
  switch (endpoint.certificate) {
    case "placed":
      return new NodeCertificate(
        name,
        { authority, subject, names: namesOf(endpoint), usage: "peer", lifetime, renewBefore, keyAlgorithm },
        { parent },
      );
    case "ticket":
    case "authority": {
      const key = new tls.PrivateKey(`${name}-bootstrap-key`, keyArgs(keyAlgorithm), { parent });
      const { certPem } = new tls.SelfSignedCert(
        `${name}-bootstrap-certificate`,
        {
          privateKeyPem: key.privateKeyPem,
          subject,
          dnsNames: [endpoint.name],
          allowedUses: allowedUses("peer", keyAlgorithm),
          // It is never made anew: what is on the host by then is the daemon's own.
          validityPeriodHours: authorityLifetime.hours,
        },
        { parent },
      );
      return { certificatePem: certPem, privateKeyPem: pulumi.secret(key.privateKeyPem) };
    }
  }
}
