import type { BrokerGeneration } from "../../broker";
import type { Bind } from "../../database";
import type { Host, PathClaims } from "../../hosts";
import type { CertificateSettings, OutsideAuthority } from "../../pki";
import type { AgentBuild } from "./agent-build";
import type { Redirect } from "./amqps-redirect";
import type { MirroredQueues } from "./broker-permissions";
import type { Logging } from "./config-sections";
import type { AgentSettings, ApiSettings, SchedulerSettings } from "./daemon-config";

export interface RelaySettings {
  /** The nodes of the broker: one, or a cluster of several. */
  readonly hosts: readonly [Host, ...Host[]];
  readonly generation: BrokerGeneration;
  /** The operator's account, which exists already. */
  readonly operator: string;
  readonly bind: Bind;
  /** What everyone dials in place of the first node: the name of a load balancer. @default the first node */
  readonly endpoint?: string;
  /** What nodes call one another, `rabbit@{name}` or `rabbit@{fqdn}`: the name or fqdn of each host is put in. */
  readonly nodeName: string;
  /** Queues that every node holds. Has to be empty on RabbitMQ 4. */
  readonly mirrored: readonly MirroredQueues[];
  /** Declare one Erlang cookie for all nodes; a running node restarts with it. A cluster needs it. */
  readonly erlangCookie: boolean;
  /** Serve agents on port 443. @default not */
  readonly redirect?: Redirect;
  readonly maxFiles: number;
}

export interface DatabaseSettings {
  readonly host: Host;
  readonly port: number;
  /** The cluster's configuration: `/etc/postgresql/15/main`. */
  readonly directory: string;
  /** Its service. */
  readonly unit: string;
  readonly bind: Bind;
  readonly schema: "managed" | "external";
  /** Networks that every role may come from, beside the hosts that need it, in CIDR notation. */
  readonly clients: readonly string[];
  readonly sslmode: "require" | "verify-full";
}

/** Where agents are built: a path on a host, or a folder of the machine that `up` runs on. */
export type BuildPlace =
  | { readonly kind: "host"; readonly host: Host; readonly path: string }
  | { readonly kind: "local"; readonly directory: string };

export interface MigArgs {
  /** The stack's register of who places what. */
  readonly claims: PathClaims;
  /** Names the certificate authority: `dev`. */
  readonly environment: string;
  readonly certificates: CertificateSettings;
  /** @default one is made */
  readonly authority?: OutsideAuthority | undefined;
  readonly relay: RelaySettings;
  readonly database: DatabaseSettings;
  readonly scheduler: SchedulerSettings & {
    /** They share the work: the broker hands each heartbeat and result to one of them. */
    readonly hosts: readonly Host[];
    /** Queue locations of agents, or `re:` and an expression for them. */
    readonly whitelist: readonly string[];
    readonly maxConnections: number;
  };
  readonly api: ApiSettings & { readonly host: Host };
  /** @default none */
  readonly workers?: readonly { readonly host: Host; readonly name: string }[];
  readonly agents: AgentSettings & {
    readonly hosts: readonly Host[];
    /** Whether each has a key pair of its own or all have the same one, as in MIG's documentation. */
    readonly certificate: "each" | "shared";
    /** What single ones have otherwise, by the names of their hosts. @default nothing */
    readonly exceptions?: Readonly<
      Record<string, { readonly [S in keyof AgentSettings]?: AgentSettings[S] | undefined }>
    >;
  };
  /** What is compiled into the agent. @default not rendered */
  readonly agentBuild?: AgentBuild & { readonly place: BuildPlace };
  readonly logging: Logging;
  /** The account that scheduler, API and workers run as. It exists already. */
  readonly account: { readonly user: string; readonly group: string };
}
