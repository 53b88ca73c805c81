export * from "./alternative-names";
export * from "./certificate-authority";
export * from "./key-algorithm";
export * from "./lifetime";
export * from "./node-certificate";
export * from "./settings";
export * from "./subject";
export * from "./usages";
