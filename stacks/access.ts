import * as pulumi from "@pulumi/pulumi";

import { type Host, dialName } from "../components/hosts";
import { type Environment, type EnvironmentHost, sectionsOf } from "./environment";
import { type HostKeys, hostKeyOf } from "./host-keys";
import type { LabFile } from "./lab-file";
import type { Problem } from "./problems";
import { databaseServer, needsBroker } from "./section";

type SecretText = pulumi.Output<string>;

/** How hosts and servers are reached, from the lab or from secret configuration. */
export interface Access {
  readonly hosts: readonly Host[];
  readonly ssh: { readonly user: string; readonly privateKey: SecretText };
  readonly serviceManager: "systemd" | "lab";
  /** Where a platform has a broker. */
  readonly broker?: BrokerAccess;
  /** Where a platform has a database. */
  readonly database?: DatabaseAccess;
}

export interface BrokerAccess {
  readonly endpoint: string;
  readonly username: string;
  readonly password: SecretText;
  readonly cacertFile?: string;
}

export interface DatabaseAccess {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: SecretText;
  readonly sslmode: "disable" | "require" | "verify-ca" | "verify-full";
  readonly sslrootcert?: string;
  readonly superuser: boolean;
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
  const sections = sectionsOf(environment);
  return {
    kind: "valid",
    access: {
      hosts: environment.hosts.map((host) => withKey(host, lab.hosts[host.name])),
      ssh: { user: ssh.user, privateKey: secret(ssh.privateKey) },
      serviceManager: "lab",
      ...(needsBroker(sections)
        ? { broker: { endpoint: broker.endpoint, username: broker.username, password: secret(broker.password) } }
        : {}),
      ...(databaseServer(sections) === undefined
        ? {}
        : {
            database: {
              host: database.host,
              port: database.port,
              username: database.username,
              password: secret(database.password),
              // Loopback: the server's certificate is ours to make.
              sslmode: "disable",
              superuser: true,
            },
          }),
    },
  };
}

/**
 * Access by the operators that the environment names.
 *
 * @param secret the value of a secret configuration key
 * @param hostKeys of hosts whose entry has none
 */
export function operatorAccess(
  environment: Environment,
  secret: (key: string) => SecretText | undefined,
  hostKeys: HostKeys = new Map(),
): ResolvedAccess {
  const { operators } = environment;
  const hosts = environment.hosts.map((host) => ({ ...host, hostKey: host.hostKey ?? hostKeyOf(hostKeys, host) }));
  if (operators === undefined) return { kind: "invalid", problems: [{ path: ["operators"], reason: "is missing" }] };
  const sections = sectionsOf(environment);
  const server = databaseServer(sections);
  const problems: Problem[] = hosts.flatMap(({ name, address, hostKey }, index) =>
    hostKey === undefined ? [{ path: ["hosts", index, "hostKey"], reason: keyless(name, address, environment) }] : [],
  );
  const required = (path: readonly string[], key: string): SecretText => {
    const value = secret(key);
    if (value !== undefined) return value;
    const reason = `is not set: groundwork config set --secret ${key}`;
    problems.push({ path: ["operators", ...path], reason });
    return pulumi.secret("");
  };
  const { ssh, broker, database } = operators;
  const access: Access = {
    hosts: hosts.map((host) => withKey(host, undefined)),
    ssh: { user: ssh.user, privateKey: required(["ssh", "privateKey"], ssh.privateKey) },
    serviceManager: "systemd",
    ...(broker !== undefined && needsBroker(sections)
      ? { broker: { ...broker, password: required(["broker", "password"], broker.password) } }
      : {}),
    ...(server === undefined
      ? {}
      : {
          database: {
            ...database,
            host: database.host ?? dialled(server.host, hosts),
            port: server.port,
            password: required(["database", "password"], database.password),
          },
        }),
  };
  return problems.length > 0 ? { kind: "invalid", problems } : { kind: "valid", access };
}

function keyless(name: string, address: string, { hostKeys }: Environment): string {
  const place = hostKeys === undefined ? "is missing" : `is neither here nor in ${hostKeys}`;
  return `of ${name} ${place}: ssh-keyscan -t ed25519 ${address} prints it`;
}

function dialled(name: string, hosts: readonly EnvironmentHost[]): string {
  const host = hosts.find((candidate) => candidate.name === name);
  return host === undefined ? name : dialName(host);
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
