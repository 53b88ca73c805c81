export * from "./args";
export * from "./platform";
export { agentBuildProblems } from "./agent-build";
export { BROKER_USERS, VHOST } from "./broker-permissions";
export { agentPaths, apiPaths, schedulerPaths, workerPaths } from "./paths";
export { DATABASE, ROLES, TABLES } from "./schema";
export { whitelistProblem } from "./whitelist";
export { relayEndpoint } from "./relay";
export { AMQPS_PORT } from "./relay-files";
