import type * as pulumi from "@pulumi/pulumi";

import { type CertificateAuthority, NodeCertificate, type NodeUsage, namesFor } from "../../pki";
import type { CertificateSettings } from "./args";

export const KEY_ALGORITHM = "RSA-4096";

export interface Certified {
  readonly commonName: pulumi.Input<string>;
  readonly usage: NodeUsage;
  /** @default none */
  readonly names?: readonly string[];
}

/** Signs for the cluster: every certificate names it by its UUID. */
export class Issuer {
  constructor(
    readonly authority: CertificateAuthority,
    readonly clusterUuid: pulumi.Input<string>,
    private readonly settings: CertificateSettings,
  ) {}

  issue(name: string, { commonName, usage, names = [] }: Certified, parent: pulumi.Resource): NodeCertificate {
    const { keyAlgorithm = KEY_ALGORITHM, lifetime, renewBefore } = this.settings;
    return new NodeCertificate(
      name,
      {
        authority: this.authority,
        subject: { commonName, organizationalUnit: this.clusterUuid },
        names: namesFor(names),
        usage,
        lifetime,
        renewBefore,
        keyAlgorithm,
      },
      { parent },
    );
  }
}
