import { parse, stringify } from "yaml";

import { expandHosts } from "../../../stacks/host-patterns";

/** A host of the file, on this machine. */
export interface StandIn {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly hostKey: string;
  /** As the file has it. */
  readonly fqdn?: string;
}

export interface Site {
  /** By the names of the file. */
  readonly standIn: (name: string, fqdn: string | undefined) => StandIn;
  /** Of the root, where the file names one. */
  readonly rootFile: string;
  /** For what Flocker's administrator gets. */
  readonly administrator: string;
}

interface Host {
  readonly name: string;
  readonly fqdn?: string;
  [field: string]: unknown;
}

interface Environment {
  hostKeys?: string;
  hosts: Host[];
  operators: { broker: Record<string, unknown>; database: Record<string, unknown> };
  mig: {
    relay: { hosts: string[]; bind?: string; generation: number };
    database: { host: string; clients?: string[] };
    agents: { hosts: string[] };
  };
  icinga2?: {
    bind?: string;
    zones: { parent?: string; endpoints: unknown[] }[];
    agents: { hosts: string[] }[];
    ido: { clients?: string[] };
  };
  flocker?: { keyAlgorithm?: string; administrator?: { directory: string } };
}

/** Hosts kept of a fleet, and nodes of the broker. */
const FLEET = 1;
const THIS_MACHINE = ["127.0.0.1/32"];

/**
 * The environment of a file at the size of one machine. What is changed: each fleet of agents, the broker's nodes and
 * satellites are one host, and hosts that nothing names any more are left out; addresses, SSH ports and host keys are
 * the stand-ins'; servers listen on their own addresses, and see their clients come from this machine; the operator
 * reaches the broker by http on loopback and the database by its address; paths of the operator's machine are the
 * test's; Flocker's keys have 2048 bits; the broker is RabbitMQ 3, as Debian has it. Everything else is as it stands.
 */
export function scaledDown(text: string, { standIn, rootFile, administrator }: Site): string {
  const file = parse(text) as { config: { "groundwork:environment": Environment } };
  const environment = expandHosts(file.config["groundwork:environment"]).value as Environment;
  file.config["groundwork:environment"] = environment;
  delete environment.hostKeys;
  const { mig, icinga2, flocker, operators } = environment;
  keep(mig.relay.hosts);
  keep(mig.agents.hosts);
  for (const { hosts } of icinga2?.agents ?? []) keep(hosts);
  for (const { parent, endpoints } of icinga2?.zones ?? []) if (parent !== undefined) keep(endpoints);

  const { hosts: all, operators: _, ...sections } = environment;
  const named = new Set(stringify(sections).split(/[^A-Za-z0-9-]+/));
  environment.hosts = all
    .filter(({ name }) => named.has(name))
    .map((host) => ({ ...host, ...standIn(host.name, host.fqdn) }));
  const addressOf = (name = "") => String(environment.hosts.find((host) => host.name === name)?.["address"]);

  mig.relay.bind = "address";
  mig.relay.generation = 3;
  mig.database.clients = THIS_MACHINE;
  if (icinga2 !== undefined) {
    icinga2.bind = "address";
    icinga2.ido.clients = THIS_MACHINE;
  }
  operators.broker = { ...operators.broker, endpoint: `http://${addressOf(mig.relay.hosts[0])}:15672` };
  delete operators.broker["cacertFile"];
  operators.database["host"] = addressOf(mig.database.host);
  if ("sslrootcert" in operators.database) operators.database["sslrootcert"] = rootFile;
  if (flocker !== undefined) {
    flocker.keyAlgorithm = "RSA-2048";
    if (flocker.administrator !== undefined) flocker.administrator.directory = administrator;
  }
  return stringify(file);
}

function keep(list: unknown[]): void {
  list.splice(FLEET);
}
