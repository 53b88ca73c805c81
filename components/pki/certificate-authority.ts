import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";

import { type KeyAlgorithm, keyArgs } from "./key-algorithm";
import type { Lifetime } from "./lifetime";
import type { OutsideAuthority } from "./outside-authority";
import { joinPem, splitPem, withoutRoots } from "./pem-bundle";
import { type SubjectArgs, subjectProblems } from "./subject";
import { CA_USES } from "./usages";

export interface CertificateAuthorityArgs {
  readonly subject: SubjectArgs;
  readonly lifetime: Lifetime;
  /**
   * How long before its end it is issued anew, with the same key and name: certificates it signed stay valid.
   * @default a tenth of the lifetime
   */
  readonly renewBefore?: Lifetime;
  /** How many authorities may follow below it: 0 lets it sign for nodes alone. @default unlimited */
  readonly maxPathLength?: number;
  /** @default "ECDSA-P256" */
  readonly keyAlgorithm?: KeyAlgorithm;
  /** Its key and certificate come from elsewhere, and nothing but the lifetime is taken from here. @default they are made */
  readonly outside?: OutsideAuthority | undefined;
}

/** A private CA: a key that is placed nowhere and a certificate that every node trusts. */
export class CertificateAuthority extends pulumi.ComponentResource {
  /** What nodes trust: its own certificate, of an intermediate also those above it up to the root. */
  readonly certificatePem: pulumi.Output<string>;
  /** Its own certificate alone. */
  readonly issuerPem: pulumi.Output<string>;
  /** What its nodes show after their own certificates to whoever knows the root alone. Empty for a root. */
  readonly chainPem: pulumi.Output<string>;
  /** For signing alone. It belongs on no host. */
  readonly privateKeyPem: pulumi.Output<string>;
  readonly lifetime: Lifetime;

  constructor(name: string, args: CertificateAuthorityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:pki:CertificateAuthority", name, {}, opts);
    this.lifetime = args.lifetime;
    if (args.outside !== undefined) {
      const { certificatesPem, trustPem, privateKeyPem } = args.outside;
      const chain = pulumi.output(certificatesPem).apply(splitPem);
      this.issuerPem = chain.apply(([own = ""]) => own);
      this.chainPem = chain.apply((all) => joinPem(withoutRoots(all)));
      this.certificatePem = pulumi
        .all([chain, trustPem])
        .apply(([all, more = ""]) => joinPem([...all, ...splitPem(more)]));
      this.privateKeyPem = pulumi.secret(privateKeyPem);
      this.registerOutputs({ certificatePem: this.certificatePem });
      return;
    }
    refuseProblems(name, args.subject);

    const key = new tls.PrivateKey(`${name}-key`, keyArgs(args.keyAlgorithm ?? "ECDSA-P256"), { parent: this });
    const certificate = new tls.SelfSignedCert(
      `${name}-certificate`,
      {
        privateKeyPem: key.privateKeyPem,
        subject: { ...args.subject },
        isCaCertificate: true,
        ...(args.maxPathLength === undefined ? {} : { maxPathLength: args.maxPathLength }),
        allowedUses: [...CA_USES],
        validityPeriodHours: args.lifetime.hours,
        earlyRenewalHours: (args.renewBefore ?? args.lifetime.share(1 / 10)).hours,
        setSubjectKeyId: true,
      },
      { parent: this },
    );

    this.certificatePem = certificate.certPem;
    this.issuerPem = certificate.certPem;
    this.chainPem = pulumi.output("");
    this.privateKeyPem = pulumi.secret(key.privateKeyPem);
    this.registerOutputs({ certificatePem: this.certificatePem });
  }
}

function refuseProblems(name: string, subject: SubjectArgs): void {
  const [problem] = subjectProblems(subject);
  if (problem !== undefined) {
    throw new pulumi.RunError(`Certificate authority ${name}: subject ${problem.attribute} ${problem.reason}.`);
  }
}
