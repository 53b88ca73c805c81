import * as accounts from "@groundwork/rabbitmq-accounts";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { Topology, replication } from "../../broker";
import { childOptions } from "../../child-options";
import { BROKER_USERS, type BrokerUserName, MIRRORING, VHOST, brokerPermissions } from "./broker-permissions";
import { relayEndpoint } from "./relay-endpoint";
import { type NodeSettings, declareCluster, declareNode, declareRedirects } from "./relay-nodes";

export interface RelayArgs extends NodeSettings {
  readonly passwords: Readonly<Record<BrokerUserName, pulumi.Input<string>>>;
}

/** The broker: its nodes' TLS listener and limits, and what it holds for MIG. */
export class Relay extends pulumi.ComponentResource {
  readonly vhost: pulumi.Output<string>;
  readonly endpoint: string;

  constructor(name: string, args: RelayArgs, opts?: pulumi.ComponentResourceOptions) {
    // The inputs tell policies which series of RabbitMQ it is: no resource does.
    super("groundwork:mig:Relay", name, { generation: args.settings.generation }, opts);
    const { settings, passwords } = args;
    const child = childOptions(this, opts);
    const cookie = settings.erlangCookie
      ? new random.RandomPassword(`${name}-cookie`, { length: 32, special: false }, child).result
      : undefined;

    const nodes = settings.hosts.map((host) => declareNode(name, host, cookie, args, child));
    const members = settings.hosts.length > 1 ? declareCluster(name, settings, nodes, child) : [];
    if (settings.redirect !== undefined) declareRedirects(name, settings.redirect, args, child);

    // Placing the files restarts the broker, whose management API would not answer meanwhile.
    const ready = { ...child, dependsOn: [...nodes, ...members] };
    const operator = new accounts.UserTags(
      `${name}-operator`,
      { user: settings.operator, tags: ["administrator"] },
      ready,
    );
    new accounts.AbsentUser(`${name}-guest`, { user: "guest" }, { ...child, dependsOn: [operator] });
    const { defaultQueueType, policies } = replication(
      settings.generation,
      settings.mirrored.map((queues) => MIRRORING[queues]),
    );
    const topology = new Topology(
      name,
      {
        generation: settings.generation,
        vhost: { name: VHOST, defaultQueueType },
        users: BROKER_USERS.map((user) => ({ name: user, password: passwords[user] })),
        permissions: brokerPermissions(settings.operator),
        policies,
      },
      { ...child, dependsOn: [...nodes, ...members, operator] },
    );

    this.vhost = topology.vhost;
    this.endpoint = relayEndpoint(settings);
    this.registerOutputs({ vhost: this.vhost, endpoint: this.endpoint });
  }
}
