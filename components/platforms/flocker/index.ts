export * from "./args";
export * from "./platform";
export { AGENT_PORT, API_PORT } from "./agent-config";
export { DIRECTORY, type MemberRoles, memberClaims } from "./member-files";
export { hostnameProblem, uuidProblem, userProblem } from "./names";
export { type FlockerProblem, flockerProblems } from "./problems";
