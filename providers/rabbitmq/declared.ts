import type { DeclaredResource } from "../base/inventory";
import { revealMap, type PropertyMap } from "../base/values";
import { scopedId } from "./ids";
import { text } from "./values";

/** What one resource declares: `user worker`, `policy mirror@mig`. By type token. */
const CLAIMS: Readonly<Record<string, (state: PropertyMap) => string>> = {
  "rabbitmq:index/vHost:VHost": ({ name }) => `vhost ${text(name)}`,
  "rabbitmq:index/user:User": ({ name }) => `user ${text(name)}`,
  "rabbitmq-accounts:index:AbsentUser": ({ user }) => `user ${text(user)}`,
  "rabbitmq-accounts:index:UserTags": ({ user }) => `user ${text(user)}`,
  "rabbitmq:index/permissions:Permissions": ({ user, vhost }) => `permissions ${scopedId(user, vhost)}`,
  "rabbitmq:index/topicPermissions:TopicPermissions": ({ user, vhost }) => `topic permissions ${scopedId(user, vhost)}`,
  "rabbitmq:index/policy:Policy": ({ name, vhost }) => `policy ${scopedId(name, vhost)}`,
  "rabbitmq:index/operatorPolicy:OperatorPolicy": ({ name, vhost }) => `operator policy ${scopedId(name, vhost)}`,
  "rabbitmq:index/shovel:Shovel": ({ name, vhost }) => `parameter shovel/${scopedId(name, vhost)}`,
  "rabbitmq:index/federationUpstream:FederationUpstream": ({ name, vhost }) =>
    `parameter federation-upstream/${scopedId(name, vhost)}`,
};

/** What is declared on one broker. */
export interface DeclaredOnBroker {
  /** Objects by kind and name, each of which some stack declares. */
  readonly claims: ReadonlySet<string>;
  /** Accounts by which any stack reaches this broker. */
  readonly operators: ReadonlySet<string>;
}

export function claimOf({ type, inputs, outputs }: DeclaredResource): string | undefined {
  const given = Object.entries(revealMap(outputs)).filter(([, value]) => value !== null);
  return CLAIMS[type]?.({ ...revealMap(inputs), ...Object.fromEntries(given) });
}

export function declaredOnBroker(declared: readonly DeclaredResource[], endpoint: string): DeclaredOnBroker {
  const here = declared.filter(({ type, config }) => type in CLAIMS && sameEndpoint(config, endpoint));
  return {
    claims: new Set(here.flatMap((resource) => claimOf(resource) ?? [])),
    operators: new Set(here.map(({ config }) => text(revealMap(config).username))),
  };
}

function sameEndpoint(config: PropertyMap, endpoint: string): boolean {
  const origin = (url: string): string => (URL.canParse(url) ? new URL(url).origin : url);
  return origin(text(revealMap(config).endpoint)) === origin(endpoint);
}
