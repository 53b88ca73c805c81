export * from "./host";
export * from "./host-files";
export * from "./path-claims";
export * from "./restart";
