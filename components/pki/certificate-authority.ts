import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";

import { type KeyAlgorithm, keyArgs } from "./key-algorithm";
import type { Lifetime } from "./lifetime";
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
}

/** A private CA: a key that is placed nowhere and a certificate that every node trusts. */
export class CertificateAuthority extends pulumi.ComponentResource {
  readonly certificatePem: pulumi.Output<string>;
  /** For signing alone. It belongs on no host. */
  readonly privateKeyPem: pulumi.Output<string>;
  readonly lifetime: Lifetime;

  constructor(name: string, args: CertificateAuthorityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:pki:CertificateAuthority", name, {}, opts);
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

    this.lifetime = args.lifetime;
    this.certificatePem = certificate.certPem;
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
