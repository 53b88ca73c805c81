import { resourceRule, stackRule } from "../rule";
import { text } from "../subject";
import { ABSENT_USER, BROKER_PERMISSIONS, BROKER_USER, USER_TAGS, VHOST, nameOf } from "../types";

const ACCOUNTS: Readonly<Record<string, string>> = {
  [BROKER_USER]: "name",
  [BROKER_PERMISSIONS]: "user",
  [USER_TAGS]: "user",
  "pulumi:providers:rabbitmq": "username",
  "pulumi:providers:rabbitmq-accounts": "username",
};

const users = {
  type: "array" as const,
  items: { type: "string" as const },
  description: "Accounts that a broker comes with, and whose passwords everybody knows.",
  default: ["guest"],
};

export const brokerAccountRules = [
  resourceRule<{ readonly users: readonly string[] }>({
    name: "no-guest",
    displayName: "Nobody is the broker's guest",
    description: "No resource declares, permits or logs in as an account that the broker comes with.",
    severity: "critical",
    level: "mandatory",
    control: "IA-5",
    tags: ["broker"],
    remedy: "name an account of your own, with a password of its own",
    config: { users },
    check: ({ type, inputs }, report, { users: known }) => {
      const user = text(inputs[ACCOUNTS[type] ?? ""]);
      if (user !== undefined && known.includes(user)) report(`it is for ${user}`);
    },
  }),
  stackRule<{ readonly users: readonly string[] }>({
    name: "guest-deleted",
    displayName: "The broker's guest is deleted",
    description: "A stack with a virtual host deletes the accounts that its broker came with.",
    severity: "high",
    level: "mandatory",
    control: "IA-5",
    tags: ["broker"],
    remedy: "declare an AbsentUser of @groundwork/rabbitmq-accounts for it, with the same provider",
    config: { users },
    check: (members, report, { users: known }) => {
      const vhost = members.find(({ type }) => type === VHOST);
      if (vhost === undefined) return;
      const absent = members.filter(({ type }) => type === ABSENT_USER).map(({ inputs }) => text(inputs["user"]));
      const left = known.filter((user) => !absent.includes(user));
      if (left.length > 0) report(`the broker of ${nameOf(vhost.urn)} keeps its ${left.join(", ")}`, vhost.urn);
    },
  }),
];
