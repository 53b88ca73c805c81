export * from "./args";
export * from "./platform";
export { agentBuildProblems } from "./agent-source";
export { TABLES, DATABASE } from "./schema";
export { whitelistProblem } from "./whitelist";
export { relayEndpoint } from "./relay";
export { AMQPS_PORT } from "./relay-files";
