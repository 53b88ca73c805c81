import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";

import { type SubjectAlternativeNames, alternativeNameProblems } from "./alternative-names";
import type { CertificateAuthority } from "./certificate-authority";
import { type KeyAlgorithm, keyArgs } from "./key-algorithm";
import type { Lifetime } from "./lifetime";
import { type SubjectArgs, subjectProblems } from "./subject";
import { type NodeUsage, allowedUses } from "./usages";

export interface NodeCertificateArgs {
  readonly authority: CertificateAuthority;
  readonly subject: SubjectArgs;
  /** Needed where clients dial this node. @default none */
  readonly names?: SubjectAlternativeNames;
  readonly usage: NodeUsage;
  /** Shorter than the authority's. */
  readonly lifetime: Lifetime;
  /** How long before its end it is issued anew. @default a third of the lifetime */
  readonly renewBefore?: Lifetime;
  /** @default "ECDSA-P256" */
  readonly keyAlgorithm?: KeyAlgorithm;
}

/** A key and a certificate for one node in one role. Both change together, so place them in one set of files. */
export class NodeCertificate extends pulumi.ComponentResource {
  /** As it is placed: its own, then those between it and the root, where its authority is not the root. */
  readonly certificatePem: pulumi.Output<string>;
  readonly privateKeyPem: pulumi.Output<string>;
  readonly names: SubjectAlternativeNames;

  constructor(name: string, args: NodeCertificateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:pki:NodeCertificate", name, {}, opts);
    const [problem] = nodeCertificateProblems(args, args.authority.lifetime);
    if (problem !== undefined) throw new pulumi.RunError(`Certificate ${name}: ${problem}.`);

    const algorithm = args.keyAlgorithm ?? "ECDSA-P256";
    const key = new tls.PrivateKey(`${name}-key`, keyArgs(algorithm), { parent: this });
    const request = new tls.CertRequest(
      `${name}-request`,
      {
        privateKeyPem: key.privateKeyPem,
        subject: { ...args.subject },
        dnsNames: args.names?.dnsNames?.length ? [...args.names.dnsNames] : undefined,
        ipAddresses: args.names?.ipAddresses?.length ? [...args.names.ipAddresses] : undefined,
      },
      { parent: this },
    );
    const certificate = new tls.LocallySignedCert(
      `${name}-certificate`,
      {
        certRequestPem: request.certRequestPem,
        caPrivateKeyPem: args.authority.privateKeyPem,
        caCertPem: args.authority.issuerPem,
        allowedUses: allowedUses(args.usage, algorithm),
        validityPeriodHours: args.lifetime.hours,
        earlyRenewalHours: (args.renewBefore ?? args.lifetime.share(1 / 3)).hours,
        setSubjectKeyId: true,
      },
      { parent: this },
    );

    this.names = args.names ?? {};
    this.certificatePem = pulumi
      .all([certificate.certPem, args.authority.chainPem])
      .apply(([own, chain]) => own + chain);
    this.privateKeyPem = pulumi.secret(key.privateKeyPem);
    this.registerOutputs({ certificatePem: this.certificatePem });
  }
}

/** Why no such certificate can be issued; empty when it can. */
export function nodeCertificateProblems(
  args: Pick<NodeCertificateArgs, "subject" | "names" | "usage" | "lifetime" | "renewBefore">,
  authorityLifetime: Lifetime,
): readonly string[] {
  const { subject, names = {}, usage, lifetime, renewBefore } = args;
  const dialled = [...(names.dnsNames ?? []), ...(names.ipAddresses ?? [])];
  return [
    ...subjectProblems(subject).map(({ attribute, reason }) => `subject ${attribute} ${reason}`),
    ...alternativeNameProblems(names),
    ...((usage === "server" || usage === "peer") && dialled.length === 0
      ? [`a ${usage} certificate needs Subject Alternative Names: clients verify what they dial`]
      : []),
    ...(lifetime.isLongerThan(authorityLifetime)
      ? [`its lifetime of ${lifetime} is longer than its authority's of ${authorityLifetime}`]
      : []),
    ...(renewBefore !== undefined && !lifetime.isLongerThan(renewBefore)
      ? [`it cannot be renewed ${renewBefore} before the end of ${lifetime}`]
      : []),
  ];
}
