export * from "./database";
export * from "./external-schema";
export * from "./privileges";
export * from "./server";
export { type AccessRule, serverPaths } from "./server-files";
