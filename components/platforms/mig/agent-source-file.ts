import * as pulumi from "@pulumi/pulumi";

import { type Host, HostFiles, type PathClaims } from "../../hosts";
import { type CertificateAuthority, type CertificateSettings, NodeCertificate } from "../../pki";
import { type AgentBuild, agentBuildProblems, agentSource } from "./agent-source";
import type { MigArgs } from "./args";
import { dialString } from "./daemon-config";
import type { Logins } from "./logins";

export interface AgentSourceArgs {
  readonly claims: PathClaims;
  readonly certificates: CertificateSettings;
  readonly authority: CertificateAuthority;
  readonly build: AgentBuild & { readonly host: Host; readonly path: string };
  readonly settings: Pick<MigArgs, "agents" | "logging">;
  readonly logins: Logins;
  readonly apiUrl: string;
}

/** `mig-agent-conf.go` on the host where agents are built, with one certificate that all of them share. */
export class AgentSource extends pulumi.ComponentResource {
  constructor(name: string, args: AgentSourceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:mig:AgentSource", name, {}, opts);
    const { claims, certificates, authority, build, settings, logins, apiUrl } = args;
    const problems = agentBuildProblems(build);
    if (problems.length > 0) throw new pulumi.RunError(`Agent build ${name}: ${problems.join("; ")}.`);

    const { organization, lifetime, renewBefore, keyAlgorithm } = certificates;
    const { certificatePem, privateKeyPem } = new NodeCertificate(
      name,
      {
        authority,
        subject: { commonName: "mig-agent", organization, organizationalUnit: "agent" },
        usage: "client",
        lifetime,
        renewBefore,
        keyAlgorithm,
      },
      { parent: this },
    );
    const content = pulumi
      .all([logins.broker("agent"), authority.certificatePem, certificatePem, privateKeyPem])
      .apply(([login, caPem, certificate, keyPem]) =>
        agentSource({
          build,
          settings: settings.agents,
          logging: settings.logging,
          relay: dialString(login),
          apiUrl,
          caPem,
          certificatePem: certificate,
          keyPem,
        }),
      );
    new HostFiles(
      name,
      { host: build.host, claims, files: [{ path: build.path, content, mode: "0600" }] },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
