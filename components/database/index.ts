export * from "./database";
export * from "./external-schema";
export * from "./privileges";
