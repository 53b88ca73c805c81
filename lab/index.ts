export { DEV_LAB, labDirectory } from "./dev";
export { type HostFacts, type LabFacts, labFactsFile, readLabFacts } from "./facts";
export {
  type HostStatus,
  labDown,
  labExec,
  type LabOptions,
  labReset,
  type LabServer,
  labStatus,
  labUp,
  type LabUpOptions,
  type LabUpResult,
} from "./lab";
