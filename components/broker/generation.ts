/** The RabbitMQ series that the broker runs: mirrored classic queues exist in the third only. */
export type BrokerGeneration = 3 | 4;

export interface QueuePolicy {
  readonly name: string;
  /** Queues and exchanges whose names match it. */
  readonly pattern: string;
  /** @default "all" */
  readonly applyTo?: "all" | "exchanges" | "queues";
  /** Of two that match, the higher one holds. @default 0 */
  readonly priority?: number;
  readonly definition: Readonly<Record<string, string>>;
}

export interface Replication {
  /** @default the server's own default, classic queues */
  readonly defaultQueueType?: "quorum";
  readonly policies: readonly QueuePolicy[];
}

/**
 * How queues survive the loss of a node: by `ha-mode` policies on RabbitMQ 3, by quorum queues on 4, where mirroring
 * is gone. Source: the RabbitMQ 4.0 release notes.
 */
export function replication(
  generation: BrokerGeneration,
  mirrored: readonly Pick<QueuePolicy, "name" | "pattern">[],
): Replication {
  switch (generation) {
    case 3:
      return { policies: mirrored.map((policy) => ({ ...policy, definition: { "ha-mode": "all" } })) };
    case 4:
      return { defaultQueueType: "quorum", policies: [] };
  }
}

/** Why the broker would refuse or ignore a policy; empty when it takes it. */
export function policyProblems(generation: BrokerGeneration, policy: QueuePolicy): readonly string[] {
  const mirroring = Object.keys(policy.definition).filter((key) => key.startsWith("ha-"));
  if (generation === 3 || mirroring.length === 0) return [];
  return [
    `policy ${policy.name} sets ${mirroring.join(", ")}, but RabbitMQ ${generation} has no mirrored queues: ` +
      "leave the policy out, queues are quorum queues there",
  ];
}
