import { packageSchema } from "../../base/package-schema";
import { CONFIG } from "../../rabbitmq/config";
import { ABSENT_USER } from "../provider/absent-user";
import { USER_TAGS } from "../provider/user-tags";

export const SCHEMA = packageSchema({
  name: "rabbitmq-accounts",
  description: "Accounts of a RabbitMQ broker that exist, or must not, beside the declared ones.",
  config: CONFIG,
  resources: {
    "rabbitmq-accounts:index:AbsentUser": {
      description: "A broker user that must not exist.",
      fields: ABSENT_USER.fields,
      echoes: true,
    },
    "rabbitmq-accounts:index:UserTags": {
      description: "The tags of an existing broker user.",
      fields: USER_TAGS.fields,
      echoes: true,
    },
  },
});
