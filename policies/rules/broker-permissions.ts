import { type Permission, permissionsOf, reachOf } from "../permissions";
import { matchesAll, readPattern } from "../patterns";
import { resourceRule, stackRule } from "../rule";
import { type Member, text, texts } from "../subject";
import { BROKER_PERMISSIONS, BROKER_USER, USER_TAGS } from "../types";

const EVERYTHING = ".*";

export const brokerPermissionRules = [
  resourceRule<{ readonly everything: readonly string[] }>({
    name: "permissions-anchored",
    displayName: "Permissions say where a name begins and ends",
    description: "The expressions of a permission match whole names: every alternative begins with ^ and ends with $.",
    severity: "high",
    level: "mandatory",
    control: "AC-3",
    tags: ["broker"],
    remedy: "write ^(…)$ around the expression: the broker looks for it anywhere in a name",
    config: {
      everything: {
        type: "array",
        items: { type: "string" },
        description: "Expressions for all names, which another rule keeps for administrators.",
        default: [EVERYTHING],
      },
    },
    check: (subject, report, { everything }) => {
      if (subject.type !== BROKER_PERMISSIONS) return;
      for (const { right, pattern } of permissionsOf(subject)) {
        if (everything.includes(pattern.source)) continue;
        if (pattern.kind === "refused")
          report(`${right} of ${subjectUser(subject.inputs)} cannot be judged: ${pattern.reason}`);
        else if (!pattern.anchored) report(`${right} of ${subjectUser(subject.inputs)} is ${pattern.source}`);
      }
    },
  }),
  stackRule<{ readonly tag: string; readonly administrators: readonly string[] }>({
    name: "everything-for-administrators",
    displayName: "Only administrators may do everything",
    description: "A permission that matches every name belongs to an account with the tag administrator.",
    severity: "high",
    level: "mandatory",
    control: "AC-6",
    tags: ["broker"],
    remedy: "write down the names that the account needs, or give the tag to whoever administers the broker",
    config: {
      tag: { type: "string", description: "Of an administrator.", default: "administrator" },
      administrators: {
        type: "array",
        items: { type: "string" },
        description: "Accounts that have the tag although no resource of the stack says so.",
        default: [],
      },
    },
    check: (members, report, { tag, administrators }) => {
      const tagged = new Set([...administrators, ...accountsWith(members, tag)]);
      for (const member of members.filter(({ type }) => type === BROKER_PERMISSIONS)) {
        const user = subjectUser(member.inputs);
        const all = permissionsOf(member).filter(({ pattern }) => matchesAll(pattern));
        if (all.length > 0 && !tagged.has(user)) {
          report(`${user} may ${all.map(({ right }) => right).join(", ")} everything and is no ${tag}`, member.urn);
        }
      }
    },
  }),
  stackRule<{ readonly agents: readonly string[]; readonly exchanges: readonly string[] }>({
    name: "agents-apart",
    displayName: "Agents reach no queue of another role",
    description: "No name that an agent's account may configure, write or read is one that another account reads from.",
    severity: "critical",
    level: "mandatory",
    control: "AC-6",
    tags: ["broker"],
    remedy: "leave the name out of the agent's expression; what agents publish to is an exchange, not a queue",
    config: {
      agents: {
        type: "array",
        items: { type: "string" },
        description: "Accounts that run on every host.",
        default: ["agent"],
      },
      exchanges: {
        type: "array",
        items: { type: "string" },
        description: "Exchanges that agents publish to and others bind queues to.",
        default: ["mig"],
      },
    },
    check: (members, report, { agents, exchanges }) => {
      const names = exchanges.map((exchange) => readPattern(`^${exchange.replace(/[.*+?()[\]{}|^$\\]/g, "\\$&")}$`));
      const administrators = accountsWith(members, "administrator");
      const permissions = members.filter(({ type }) => type === BROKER_PERMISSIONS);
      const others = permissions.filter(
        ({ inputs }) => !agents.includes(subjectUser(inputs)) && !administrators.includes(subjectUser(inputs)),
      );
      for (const agent of permissions.filter(({ inputs }) => agents.includes(subjectUser(inputs)))) {
        for (const other of others.filter(({ inputs }) => text(inputs["vhost"]) === text(agent.inputs["vhost"]))) {
          for (const fault of reachOf(permissionsOf(agent), readBy(other), names)) {
            report(`${subjectUser(agent.inputs)} ${fault}, which ${subjectUser(other.inputs)} reads from`, agent.urn);
          }
        }
      }
    },
  }),
];

function readBy(member: Member): readonly Permission[] {
  return permissionsOf(member).filter(({ right }) => right === "read");
}

function subjectUser(inputs: Member["inputs"]): string {
  return text(inputs["user"]) ?? "an account not known yet";
}

function accountsWith(members: readonly Member[], tag: string): readonly string[] {
  return members.flatMap(({ type, inputs }) => {
    const name = type === BROKER_USER ? inputs["name"] : type === USER_TAGS ? inputs["user"] : undefined;
    const account = text(name);
    return account !== undefined && texts(inputs["tags"]).includes(tag) ? [account] : [];
  });
}
