export * from "./generation";
export * from "./pattern";
export * from "./topology";
