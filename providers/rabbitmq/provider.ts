import { bridgeProvider } from "../base/bridge";
import type { ResourceProvider } from "../base/provider";
import { BINDING } from "./binding";
import { CONFIG, managementOptions, validateConfig } from "./config";
import { takeInventory } from "./inventory";
import { connectManagement } from "./management";
import { PERMISSIONS, TOPIC_PERMISSIONS } from "./permissions";
import { POLICY } from "./policy";
import { EXCHANGE, QUEUE } from "./topology";
import { USER } from "./user";
import { VHOST } from "./vhost";

/** What the embedded engine runs for the package `@pulumi/rabbitmq`: tokens, inputs, outputs and ids are the official ones. */
export function createRabbitmqProvider(): ResourceProvider {
  return bridgeProvider({
    package: "rabbitmq",
    config: CONFIG,
    validateConfig,
    resources: {
      "rabbitmq:index/vHost:VHost": VHOST,
      "rabbitmq:index/user:User": USER,
      "rabbitmq:index/permissions:Permissions": PERMISSIONS,
      "rabbitmq:index/topicPermissions:TopicPermissions": TOPIC_PERMISSIONS,
      "rabbitmq:index/policy:Policy": POLICY,
      "rabbitmq:index/exchange:Exchange": EXCHANGE,
      "rabbitmq:index/queue:Queue": QUEUE,
      "rabbitmq:index/binding:Binding": BINDING,
    },
    connect: async (config) => connectManagement(managementOptions(config)),
    disconnect: (client) => client.close(),
    inventory: takeInventory,
  });
}
