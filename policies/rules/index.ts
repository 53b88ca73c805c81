import { authorityRules } from "./authorities";
import { brokerAccountRules } from "./broker-accounts";
import { brokerPermissionRules } from "./broker-permissions";
import { brokerQueueRules } from "./broker-queues";
import { certificateRules } from "./certificates";
import { databaseRules } from "./database";
import { fileRules } from "./files";
import { hostRules } from "./hosts";
import { protectionRules } from "./protection";
import { secretRules } from "./secrets";
import { transportRules } from "./transport";

/** Every rule of the pack, in the order of the reference. */
export const RULES = [
  ...authorityRules,
  ...certificateRules,
  ...fileRules,
  ...secretRules,
  ...transportRules,
  ...brokerAccountRules,
  ...brokerPermissionRules,
  ...brokerQueueRules,
  ...databaseRules,
  ...hostRules,
  ...protectionRules,
] as const;
