export * from "./database";
export * from "./external-schema";
export * from "./privileges";
export * from "./server";
export { type AccessRule, serverClaims, serverPaths } from "./server-files";
export * from "./tables";
