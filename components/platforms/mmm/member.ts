import * as pulumi from "@pulumi/pulumi";

import { type Host, HostFiles, type PathClaims, commonNameOf, hostNames } from "../../hosts";
import { type CertificateAuthority, type CertificateSettings, NodeCertificate, namesFor } from "../../pki";
import { type MemberSettings, type Program, memberDirectories, memberFiles, memberHandlers } from "./member-files";

export interface MemberArgs {
  readonly host: Host;
  readonly claims: PathClaims;
  readonly authority: CertificateAuthority;
  readonly certificates: CertificateSettings;
  readonly settings: MemberSettings;
  /** What runs on the host. */
  readonly programs: readonly Program[];
  /** What it is dialled by beside its own names. */
  readonly names: readonly string[];
}

/** A host of MMM: one pair for whatever runs on it, as every program is client and server, and its configuration. */
export class Member extends pulumi.ComponentResource {
  readonly files: HostFiles;

  constructor(name: string, args: MemberArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:mmm:Member", name, {}, opts);
    const { host, claims, authority, certificates, settings, programs, names } = args;
    const { organization, keyAlgorithm, lifetime, renewBefore } = certificates;
    const { certificatePem, privateKeyPem } = new NodeCertificate(
      name,
      {
        authority,
        subject: { commonName: commonNameOf(host), organization },
        names: namesFor([...hostNames(host), ...names]),
        usage: "peer",
        lifetime,
        renewBefore,
        keyAlgorithm,
      },
      { parent: this },
    );
    this.files = new HostFiles(
      name,
      {
        host,
        claims,
        directories: memberDirectories(settings),
        files: memberFiles(settings, programs, { caPem: authority.certificatePem, certificatePem, privateKeyPem }),
        handlers: memberHandlers(settings, programs),
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
