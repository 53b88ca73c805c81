import { bridgeProvider } from "../../base/bridge";
import type { ResourceProvider } from "../../base/provider";
import { CONFIG, managementOptions, validateConfig } from "../../rabbitmq/config";
import { connectManagement } from "../../rabbitmq/management";
import { ABSENT_USER } from "./absent-user";
import { USER_TAGS } from "./user-tags";

/** Accounts that exist, or must not, beside those that `@pulumi/rabbitmq` creates; for both engines. */
export function createRabbitmqAccountsProvider(): ResourceProvider {
  return bridgeProvider({
    package: "rabbitmq-accounts",
    config: CONFIG,
    validateConfig,
    resources: {
      "rabbitmq-accounts:index:AbsentUser": ABSENT_USER,
      "rabbitmq-accounts:index:UserTags": USER_TAGS,
    },
    connect: async (config) => connectManagement(managementOptions(config)),
    disconnect: (client) => client.close(),
  });
}
