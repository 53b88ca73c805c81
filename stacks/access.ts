import type * as pulumi from "@pulumi/pulumi";

import type { Host } from "../components/hosts";
import type { Environment, EnvironmentHost } from "./environment";
import type { LabFile } from "./lab-file";
import type { Problem } from "./problems";

type SecretText = pulumi.Output<string>;

/** How hosts and servers are reached, from the lab or from secret configuration. */
export interface Access {
  readonly hosts: readonly Host[];
  readonly ssh: { readonly user: string; readonly privateKey: SecretText };
  readonly serviceManager: "systemd" | "lab";
  readonly broker: {
    readonly endpoint: string;
    readonly username: string;
    readonly password: SecretText;
    readonly cacertFile?: string;
  };
  readonly database: {
    readonly host: string;
    readonly port: number;
    readonly username: string;
    readonly password: SecretText;
    readonly sslmode: "disable" | "require" | "verify-ca" | "verify-full";
    readonly sslrootcert?: string;
    readonly superuser: boolean;
  };
}

export type ResolvedAccess =
  | { readonly kind: "valid"; readonly access: Access }
  | { readonly kind: "invalid"; readonly problems: readonly Problem[] };

/** Access to a lab, whose addresses have to be those of the environment. */
export function labAccess(
  environment: Environment,
  lab: LabFile,
  secret: (text: string) => SecretText,
): ResolvedAccess {
  const problems = environment.hosts.flatMap((host, index) => labHostProblems(host, index, lab));
  if (problems.length > 0) return { kind: "invalid", problems };
  const { ssh, broker, database } = lab;
  return {
    kind: "valid",
    access: {
      hosts: environment.hosts.map((host) => withKey(host, lab.hosts[host.name])),
      ssh: { user: ssh.user, privateKey: secret(ssh.privateKey) },
      serviceManager: "lab",
      broker: { endpoint: broker.endpoint, username: broker.username, password: secret(broker.password) },
      database: {
        host: database.host,
        port: database.port,
        username: database.username,
        password: secret(database.password),
        // Loopback: the server's certificate is ours to make.
        sslmode: "disable",
        superuser: true,
      },
    },
  };
}

/**
 * Access by the operators that the environment names.
 *
 * @param secret the value of a secret configuration key
 */
export function operatorAccess(
  environment: Environment,
  secret: (key: string) => SecretText | undefined,
): ResolvedAccess {
  const { operators, hosts, mig } = environment;
  if (operators === undefined) return { kind: "invalid", problems: [{ path: ["operators"], reason: "is missing" }] };
  const { ssh, broker, database } = operators;
  const [privateKey, brokerPassword, databasePassword] = [ssh.privateKey, broker.password, database.password].map(
    secret,
  );
  if (privateKey === undefined || brokerPassword === undefined || databasePassword === undefined) {
    const named = {
      ssh: ["privateKey", ssh.privateKey],
      broker: ["password", broker.password],
      database: ["password", database.password],
    };
    return {
      kind: "invalid",
      problems: Object.entries(named).flatMap(([server, [key = "", name = ""]]) =>
        secret(name) === undefined
          ? [{ path: ["operators", server, key], reason: `is not set: groundwork config set --secret ${name}` }]
          : [],
      ),
    };
  }
  const databaseHost = hosts.find(({ name }) => name === mig.database.host);
  return {
    kind: "valid",
    access: {
      hosts: hosts.map((host) => withKey(host, undefined)),
      ssh: { user: ssh.user, privateKey },
      serviceManager: "systemd",
      broker: { ...broker, password: brokerPassword },
      database: {
        ...database,
        host: database.host ?? databaseHost?.fqdn ?? databaseHost?.address ?? mig.database.host,
        port: mig.database.port,
        password: databasePassword,
      },
    },
  };
}

function labHostProblems(host: EnvironmentHost, index: number, lab: LabFile): readonly Problem[] {
  const known = lab.hosts[host.name];
  if (known === undefined) {
    const names = Object.keys(lab.hosts).join(", ");
    return [{ path: ["hosts", index, "name"], reason: `the lab has no host ${host.name}; it has ${names}` }];
  }
  return [
    ...(host.address === known.address
      ? []
      : [{ path: ["hosts", index, "address"], reason: `the lab's ${host.name} has ${known.address}` }]),
    ...(host.port === undefined || host.port === known.port
      ? []
      : [{ path: ["hosts", index, "port"], reason: `the lab's ${host.name} listens on ${known.port}` }]),
  ];
}

function withKey(host: EnvironmentHost, known: LabFile["hosts"][string] | undefined): Host {
  return { ...host, port: host.port ?? known?.port, hostKey: host.hostKey ?? known?.hostKey ?? "" };
}
