import type { UserPermissions } from "../../broker";

export const VHOST = "mig";

/** The accounts that MIG's components log in with; the operator's own exists before. */
export const BROKER_USERS = ["scheduler", "agent", "api", "worker"] as const;
export type BrokerUserName = (typeof BROKER_USERS)[number];

const EVENTS = { configure: "^migevent\\..*$", write: "^migevent(|\\..*)$", read: "^migevent(|\\..*)$" };

/** Exactly what each component does. Source: MIG's doc/configuration.rst, "RabbitMQ Permissions". */
const PERMISSIONS: Readonly<Record<BrokerUserName, Omit<UserPermissions, "user">>> = {
  scheduler: {
    configure: "^mig(|(event|\\.agt)(|\\..*))$",
    write: "^mig(|event(|\\..*)|\\.(agt\\.(heartbeats|results)))$",
    read: "^mig(|event(|\\..*)|\\.(agt\\.(heartbeats|results)))$",
  },
  agent: {
    configure: "^mig\\.agt\\.(linux|windows|darwin)\\..*$",
    write: "^mig(|\\.agt\\.(linux|windows|darwin)\\..*)$",
    read: "^mig(|\\.agt\\.(linux|windows|darwin)\\..*)$",
  },
  api: EVENTS,
  worker: EVENTS,
};

/** Permissions of every account in the vhost. The operator's are those that RabbitMQ gives the creator of a vhost. */
export function brokerPermissions(operator: string): readonly UserPermissions[] {
  const all = { user: operator, configure: ".*", write: ".*", read: ".*" };
  return [all, ...BROKER_USERS.map((user) => ({ user, ...PERMISSIONS[user] }))];
}

/** Which queues are mirrored on RabbitMQ 3, by the exchange they belong to: the first pattern leaves events out. */
export const MIRRORING = {
  mig: { name: "mig-mirror-all", pattern: "^mig\\." },
  migevent: { name: "migevent-mirror-all", pattern: "^migevent\\." },
} as const;
export type MirroredQueues = keyof typeof MIRRORING;
