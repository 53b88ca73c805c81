import * as hosts from "@groundwork/hosts";
import * as pulumi from "@pulumi/pulumi";

import { HostFiles, type PathClaims } from "../../hosts";
import type { CertificateAuthority, NodeCertificate } from "../../pki";
import { type AgentBuild, agentBuildProblems } from "./agent-build";
import { agentSource } from "./agent-source";
import type { BuildPlace, MigArgs } from "./args";
import { dialString } from "./config-sections";
import type { Logins } from "./logins";

export interface AgentSourceArgs {
  readonly claims: PathClaims;
  readonly authority: CertificateAuthority;
  /** Compiled into every agent. */
  readonly certificate: NodeCertificate;
  readonly build: AgentBuild & { readonly place: BuildPlace };
  readonly settings: Pick<MigArgs, "agents" | "logging">;
  readonly logins: Logins;
  readonly apiUrl: string;
}

/** As MIG's Makefile looks for it. */
const FILE_NAME = "mig-agent-conf.go";

/** `mig-agent-conf.go` where agents are built. */
export class AgentSource extends pulumi.ComponentResource {
  constructor(name: string, args: AgentSourceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:mig:AgentSource", name, {}, opts);
    const { claims, authority, certificate, build, settings, logins, apiUrl } = args;
    const [problem] = agentBuildProblems(build);
    if (problem !== undefined) throw new pulumi.RunError(`${name}: ${problem.path.join(".")}: ${problem.reason}.`);

    const content = pulumi
      .all([logins.broker("agent"), authority.certificatePem, certificate.certificatePem, certificate.privateKeyPem])
      .apply(([login, caPem, certificatePem, keyPem]) =>
        agentSource({
          build,
          settings: settings.agents,
          logging: settings.logging,
          relay: dialString(login),
          apiUrl,
          caPem,
          certificatePem,
          keyPem,
        }),
      );
    const { place } = build;
    switch (place.kind) {
      case "host": {
        const files = [{ path: place.path, content, mode: "0600" }];
        new HostFiles(name, { host: place.host, claims, files }, { parent: this });
        break;
      }
      case "local":
        new hosts.LocalFiles(name, { directory: place.directory, files: { [FILE_NAME]: content } }, { parent: this });
    }
    this.registerOutputs({});
  }
}
