import * as pulumi from "@pulumi/pulumi";

import { type Host, type HostDirectory, HostFiles, dialName } from "../../hosts";
import { CertificateAuthority, NodeCertificate } from "../../pki";
import { type Passwords, passwords as makePasswords } from "./accounts";
import { agentSource } from "./agent-source";
import type { MigArgs } from "./args";
import { Daemon, type DaemonArgs } from "./daemon";
import {
  type BrokerLogin,
  CONFIG_FILES,
  type DatabaseLogin,
  WHITELIST,
  agentConfig,
  apiConfig,
  dialString,
  schedulerConfig,
  workerConfig,
} from "./daemon-config";
import { DatabaseServer } from "./database-server";
import { CONFIG_DIRECTORY, roleTlsFiles } from "./paths";
import { AMQPS_PORT } from "./relay-files";
import { Relay, agentPort, relayEndpoint } from "./relay";
import { spoolDirectories } from "./spool";
import { renderWhitelist } from "./whitelist";
import type { BrokerUserName } from "./broker-permissions";

const ROOT = { user: "root", group: "root" } as const;

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
    const { claims, certificates } = args;
    const { organization, authorityLifetime, keyAlgorithm } = certificates;
    this.passwords = makePasswords(name, this);
    this.apiUrl = `${args.api.publicUrl}${args.api.baseRoute}/`;
    this.authority = new CertificateAuthority(
      `${name}-ca`,
      {
        subject: { commonName: `MIG CA ${args.environment}`, organization },
        lifetime: authorityLifetime,
        keyAlgorithm,
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
          { role: "migscheduler", sources: [args.scheduler.host.address] },
          { role: "migapi", sources: [args.api.host.address] },
        ],
      },
      child,
    );
    this.#declareDaemons(name, args);
    if (args.agentBuild !== undefined) this.#declareAgentSource(name, args, args.agentBuild);

    this.registerOutputs({ vhost: this.relay.vhost, database: this.database.database });
  }

  /** Configuration comes last: what it lets a daemon log in to is there by then. */
  #declareDaemons(name: string, args: MigArgs): void {
    const { claims, certificates, relay, database, scheduler, api, workers = [], agents, account, logging } = args;
    const placement = sharedDirectory(name, args, this);
    const declare = (
      daemon: string,
      rest: Omit<DaemonArgs, "claims" | "certificates" | "authority" | "directories">,
      own: readonly HostDirectory[] = [],
    ) => {
      const { directories, dependsOn } = placement(rest.host);
      return new Daemon(
        `${name}-${daemon}`,
        { ...rest, claims, certificates, authority: this.authority, directories: [...directories, ...own] },
        { parent: this, dependsOn: [...dependsOn, this.relay, this.database] },
      );
    };

    declare(
      "scheduler",
      {
        host: scheduler.host,
        role: "scheduler",
        account,
        dialsRelay: true,
        databaseCa: true,
        unit: "mig-scheduler",
        configuration: {
          path: CONFIG_FILES.scheduler,
          content: pulumi
            .all([this.#brokerLogin("scheduler", args), this.#databaseLogin("migscheduler", args)])
            .apply(([mq, postgres]) =>
              schedulerConfig(
                scheduler,
                mq,
                roleTlsFiles("scheduler"),
                { ...postgres, maxConnections: scheduler.maxConnections },
                logging,
              ),
            ),
        },
        files: [
          {
            path: WHITELIST,
            content: renderWhitelist(scheduler.whitelist),
            owner: account.user,
            group: account.group,
            mode: "0640",
          },
        ],
      },
      spoolDirectories(account),
    );
    declare("api", {
      host: api.host,
      role: "api",
      account,
      dialsRelay: false,
      databaseCa: true,
      unit: "mig-api",
      configuration: {
        path: CONFIG_FILES.api,
        content: this.#databaseLogin("migapi", args).apply((postgres) => apiConfig(api, postgres, logging)),
      },
    });
    for (const worker of workers) {
      const role = `worker-${worker.name}`;
      declare(role, {
        host: worker.host,
        role,
        account,
        dialsRelay: true,
        unit: `mig-${worker.name}-worker`,
        configuration: {
          path: `${CONFIG_DIRECTORY}/${worker.name}-worker.cfg`,
          content: this.#brokerLogin("worker", args).apply((mq) =>
            workerConfig(mq, roleTlsFiles(role), scheduler.brokerTimeout, logging),
          ),
        },
      });
    }
    for (const host of agents.hosts) {
      declare(`agent-${host.name}`, {
        host,
        role: "agent",
        account: ROOT,
        dialsRelay: true,
        unit: "mig-agent",
        configuration: {
          path: CONFIG_FILES.agent,
          content: this.#brokerLogin("agent", args).apply((mq) =>
            agentConfig(agents, { ...mq, port: agentPort(relay) }, roleTlsFiles("agent"), this.apiUrl, logging),
          ),
        },
      });
    }
    void database;
  }

  /** The configuration that is compiled into agents, with a certificate that all of them share. */
  #declareAgentSource(name: string, args: MigArgs, build: NonNullable<MigArgs["agentBuild"]>): void {
    const { claims, certificates, agents, relay, logging } = args;
    const { organization, lifetime, renewBefore, keyAlgorithm } = certificates;
    const certificate = new NodeCertificate(
      `${name}-agent-build`,
      {
        authority: this.authority,
        subject: { commonName: "mig-agent", organization, organizationalUnit: "agent" },
        usage: "client",
        lifetime,
        renewBefore,
        keyAlgorithm,
      },
      { parent: this },
    );
    const content = pulumi
      .all([
        this.#brokerLogin("agent", args),
        this.authority.certificatePem,
        certificate.certificatePem,
        certificate.privateKeyPem,
      ])
      .apply(([mq, caPem, certificatePem, keyPem]) =>
        agentSource({
          build,
          settings: agents,
          logging,
          relay: dialString({ ...mq, port: agentPort(relay) }),
          apiUrl: this.apiUrl,
          caPem,
          certificatePem,
          keyPem,
        }),
      );
    new HostFiles(
      `${name}-agent-build`,
      { host: build.host, claims, files: [{ path: build.path, content, mode: "0600" }] },
      { parent: this },
    );
  }

  #brokerLogin(user: BrokerUserName, { relay }: MigArgs): pulumi.Output<BrokerLogin> {
    const host = relayEndpoint(relay);
    return this.passwords.broker[user].apply((password) => ({ host, port: AMQPS_PORT, user, password }));
  }

  #databaseLogin(user: "migscheduler" | "migapi", { database }: MigArgs): pulumi.Output<DatabaseLogin> {
    const { host, port, sslmode } = database;
    return this.passwords.database[user].apply((password) => ({ host: dialName(host), port, user, password, sslmode }));
  }
}

/**
 * `/etc/mig` is removed with the set that made it, when it is empty: on a host with several roles that has to be a set
 * of its own, which goes last.
 */
function sharedDirectory(
  name: string,
  { claims, scheduler, api, workers = [], agents }: MigArgs,
  parent: pulumi.Resource,
) {
  const placed = [scheduler.host, api.host, ...workers.map(({ host }) => host), ...agents.hosts];
  const directories: readonly HostDirectory[] = [{ path: CONFIG_DIRECTORY }];
  const shared = new Map<string, HostFiles>();
  for (const host of placed) {
    if (shared.has(host.name) || placed.filter((other) => other.name === host.name).length < 2) continue;
    shared.set(host.name, new HostFiles(`${name}-${host.name}`, { host, claims, directories }, { parent }));
  }
  return (host: Host): { directories: readonly HostDirectory[]; dependsOn: readonly pulumi.Resource[] } => {
    const set = shared.get(host.name);
    return set === undefined ? { directories, dependsOn: [] } : { directories: [], dependsOn: [set] };
  };
}
