import * as pulumi from "@pulumi/pulumi";

import { CertificateAuthority } from "../../pki";
import { type Passwords, passwords } from "./accounts";
import { AgentSource } from "./agent-source-file";
import type { MigArgs } from "./args";
import { DatabaseServer } from "./database-server";
import { clientCertificate } from "./client-certificate";
import { declareDaemons } from "./daemons";
import { Logins } from "./logins";
import { Relay } from "./relay";

/** Mozilla InvestiGator: its relay, database and certificates, and what its daemons read on their hosts. */
export class Mig extends pulumi.ComponentResource {
  readonly authority: CertificateAuthority;
  readonly relay: Relay;
  readonly database: DatabaseServer;
  readonly passwords: Passwords;
  /** The API as its clients know it. */
  readonly apiUrl: string;

  constructor(name: string, args: MigArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:mig:Mig", name, {}, opts);
    const child = { parent: this };
    const { claims, certificates, scheduler, api, agentBuild } = args;
    const { organization, authorityLifetime, keyAlgorithm } = certificates;
    this.passwords = passwords(name, this);
    this.apiUrl = `${api.publicUrl}${api.baseRoute}/`;
    this.authority = new CertificateAuthority(
      `${name}-ca`,
      {
        subject: { commonName: `MIG CA ${args.environment}`, organization },
        lifetime: authorityLifetime,
        keyAlgorithm,
        outside: args.authority,
      },
      child,
    );
    const trust = { claims, certificates, authority: this.authority };

    this.relay = new Relay(
      `${name}-relay`,
      { ...trust, settings: args.relay, passwords: this.passwords.broker },
      child,
    );
    this.database = new DatabaseServer(
      `${name}-database`,
      {
        ...trust,
        settings: args.database,
        passwords: this.passwords.database,
        clients: [
          { role: "migscheduler", sources: scheduler.hosts.map(({ address }) => address) },
          { role: "migapi", sources: [api.host.address] },
        ],
      },
      child,
    );
    const logins = new Logins(this.passwords, args.relay, args.database);
    const { authority, relay, database, apiUrl } = this;
    const sharing = args.agents.certificate === "shared";
    // What is compiled in is the same for all agents, whatever those with files have.
    const shared =
      sharing || agentBuild !== undefined
        ? clientCertificate(`${name}-agents`, { commonName: "mig-agent", organizationalUnit: "agent" }, trust, child)
        : undefined;
    const agentCertificate = sharing ? shared : undefined;
    declareDaemons(name, args, { authority, relay, database, logins, apiUrl, agentCertificate }, this);
    if (agentBuild !== undefined && shared !== undefined) {
      const source = { claims, authority, certificate: shared, build: agentBuild, settings: args, logins, apiUrl };
      new AgentSource(`${name}-agent-build`, source, child);
    }

    this.registerOutputs({ vhost: this.relay.vhost, database: this.database.database });
  }
}
