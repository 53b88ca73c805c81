import * as pulumi from "@pulumi/pulumi";
import * as rabbitmq from "@pulumi/rabbitmq";

import { childOptions } from "../child-options";
import { type BrokerGeneration, type QueuePolicy, policyProblems } from "./generation";
import { patternProblem } from "./pattern";

export interface BrokerUser {
  readonly name: string;
  readonly password: pulumi.Input<string>;
  /** `administrator`, `management`, … @default none */
  readonly tags?: readonly string[];
}

/** What a user may do in the vhost, as regular expressions for names; an empty one allows nothing. */
export interface UserPermissions {
  readonly user: string;
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

export interface TopologyArgs {
  readonly generation: BrokerGeneration;
  readonly vhost: {
    readonly name: string;
    /** For RabbitMQ 4; 3 ignores it. @default the server's own */
    readonly defaultQueueType?: "classic" | "quorum" | "stream";
  };
  /** @default none */
  readonly users?: readonly BrokerUser[];
  /** Of users declared here and of others that exist already. @default none */
  readonly permissions?: readonly UserPermissions[];
  /** @default none */
  readonly policies?: readonly QueuePolicy[];
}

/** A vhost with its users, their permissions and its policies. */
export class Topology extends pulumi.ComponentResource {
  readonly vhost: pulumi.Output<string>;

  constructor(name: string, args: TopologyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:broker:Topology", name, {}, opts);
    const problems = topologyProblems(args);
    if (problems.length > 0) throw new pulumi.RunError(`Broker topology ${name}: ${problems.join("; ")}.`);

    const child = childOptions(this, opts);
    const vhost = new rabbitmq.VHost(
      `${name}-vhost`,
      { name: args.vhost.name },
      { ...child, transformations: defaultQueueType(args.vhost.defaultQueueType) },
    );
    const users = new Map(
      (args.users ?? []).map((user) => [
        user.name,
        new rabbitmq.User(
          `${name}-user-${user.name}`,
          {
            name: user.name,
            password: pulumi.secret(user.password),
            tags: user.tags?.length ? [...user.tags] : undefined,
          },
          child,
        ),
      ]),
    );
    for (const { user, configure, write, read } of args.permissions ?? []) {
      new rabbitmq.Permissions(
        `${name}-permissions-${user}`,
        { user: users.get(user)?.name ?? user, vhost: vhost.name, permissions: { configure, write, read } },
        child,
      );
    }
    for (const { name: policy, pattern, applyTo = "all", priority = 0, definition } of args.policies ?? []) {
      new rabbitmq.Policy(
        `${name}-policy-${policy}`,
        { name: policy, vhost: vhost.name, policy: { pattern, applyTo, priority, definition: { ...definition } } },
        child,
      );
    }

    this.vhost = vhost.name;
    this.registerOutputs({ vhost: this.vhost });
  }
}

/** What is wrong with a topology; empty when nothing is. */
export function topologyProblems(args: TopologyArgs): readonly string[] {
  const users = (args.users ?? []).map(({ name }) => name);
  const permitted = (args.permissions ?? []).map(({ user }) => user);
  return [
    ...repeated(users).map((user) => `user ${user} is declared twice`),
    ...repeated(permitted).map((user) => `user ${user} has permissions twice`),
    // Their ids are `user@vhost`, which Pulumi's provider cannot take apart again.
    ...[...users, ...permitted, args.vhost.name]
      .filter((name) => name.includes("@"))
      .map((name) => `"${name}" holds an @, which separates user and vhost in resource ids`),
    ...(args.permissions ?? []).flatMap(({ user, configure, write, read }) =>
      Object.entries({ configure, write, read }).flatMap(([right, pattern]) => {
        const problem = patternProblem(pattern);
        return problem === undefined ? [] : [`${right} permission of ${user}: ${problem}`];
      }),
    ),
    ...(args.policies ?? []).flatMap((policy) => {
      const problem = patternProblem(policy.pattern);
      return [
        ...(problem === undefined ? [] : [`pattern of policy ${policy.name}: ${problem}`]),
        ...policyProblems(args.generation, policy),
      ];
    }),
  ];
}

function repeated(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

/** The SDK's class leaves out this property, which the provider behind it takes. */
function defaultQueueType(type: string | undefined): pulumi.ResourceTransformation[] {
  return type === undefined ? [] : [({ props, opts }) => ({ props: { ...props, defaultQueueType: type }, opts })];
}
