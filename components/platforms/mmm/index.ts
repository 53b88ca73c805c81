export * from "./args";
export * from "./platform";
export { type Program, memberClaims } from "./member-files";
export { BASE } from "./paths";
export { type MmmProblem, type RoleFacts, mmmProblems } from "./problems";
export { type Series } from "./stanza";
