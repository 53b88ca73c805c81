export * from "./args";
export * from "./platform";
export { SCHEMA_FILE, TABLES } from "./ido-schema";
export { DEFAULT_PORT } from "./node-config";
export { nodePaths } from "./paths";
export { authorityKeyProblem, signingMasterProblem } from "./problems";
export { type ZoneNode, type ZoneProblem, rootZone, zoneProblems, zoneRole } from "./zone-tree";
export { dialProblems } from "./zones-config";
