import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";

import { CertificateAuthority } from "./certificate-authority";
import type { KeyAlgorithm } from "./key-algorithm";
import type { Lifetime } from "./lifetime";
import { CA_USES } from "./usages";

export interface TrustRootArgs {
  readonly commonName: string;
  readonly organization: string;
  readonly keyAlgorithm: KeyAlgorithm;
  readonly lifetime: Lifetime;
  readonly intermediates: readonly {
    /** What its stack asks for. */
    readonly name: string;
    /** PEM, as its stack made it: the key never leaves that one. */
    readonly requestPem: string;
    readonly lifetime: Lifetime;
  }[];
}

/** A root that signs for authorities of other stacks, which sign for nodes alone. */
export class TrustRoot extends pulumi.ComponentResource {
  /** What everyone trusts. */
  readonly bundlePem: pulumi.Output<string>;
  /** Of intermediates, by name. */
  readonly certificates: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: TrustRootArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:pki:TrustRoot", name, {}, opts);
    const { commonName, organization, keyAlgorithm, lifetime, intermediates } = args;
    const root = new CertificateAuthority(
      `${name}-root`,
      { subject: { commonName, organization }, lifetime, keyAlgorithm, maxPathLength: 1 },
      { parent: this },
    );
    this.bundlePem = root.certificatePem;
    this.certificates = Object.fromEntries(
      intermediates.map((each) => [each.name, sign(`${name}-${each.name}`, each, root, this)]),
    );
    this.registerOutputs({ bundlePem: this.bundlePem });
  }
}

function sign(
  name: string,
  { requestPem, lifetime }: TrustRootArgs["intermediates"][number],
  root: CertificateAuthority,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  return new tls.LocallySignedCert(
    name,
    {
      certRequestPem: requestPem,
      caPrivateKeyPem: root.privateKeyPem,
      caCertPem: root.issuerPem,
      isCaCertificate: true,
      maxPathLength: 0,
      allowedUses: [...CA_USES],
      validityPeriodHours: lifetime.hours,
      earlyRenewalHours: lifetime.share(1 / 3).hours,
      setSubjectKeyId: true,
    },
    { parent },
  ).certPem;
}
