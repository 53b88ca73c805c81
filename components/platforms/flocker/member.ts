import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { childOptions } from "../../child-options";
import { type Host, HostFiles, type PathClaims } from "../../hosts";
import { AGENT_PORT, agentConfig } from "./agent-config";
import type { AgentSettings, FlockerNode } from "./args";
import type { Issuer } from "./issuer";
import { FLOCKER_DIRECTORY, type MemberContents, memberFiles, memberHandlers } from "./member-files";
import { CONTROL_SERVICE, PLUGIN, nodeCommonName, userCommonName } from "./names";

export interface MemberArgs {
  readonly host: Host;
  readonly claims: PathClaims;
  readonly issuer: Issuer;
  /** What the control service is dialled by. */
  readonly hostname: string;
  /** What its certificate holds, where the host has it. @default it has not */
  readonly controlNames?: readonly string[];
  /** @default the host is no node */
  readonly node?: FlockerNode;
  /** API users whose certificates go here. */
  readonly users: readonly string[];
  readonly agent: AgentSettings;
}

/** What one host of the cluster holds, in all of its roles: their files share a folder. */
export class Member extends pulumi.ComponentResource {
  readonly files: HostFiles;
  /** Of its node. */
  readonly uuid?: pulumi.Output<string>;

  constructor(name: string, args: MemberArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:flocker:Member", name, {}, opts);
    const { host, claims, issuer, controlNames, node, users } = args;
    if (node !== undefined) {
      this.uuid = pulumi.output(node.uuid ?? new random.RandomUuid(`${name}-uuid`, {}, { parent: this }).result);
    }
    const user = (each: string, certificate: string) =>
      issuer.issue(certificate, { commonName: userCommonName(each), usage: "client" }, this);
    const contents: MemberContents = {
      caPem: issuer.authority.certificatePem,
      ...(controlNames === undefined
        ? {}
        : {
            control: issuer.issue(
              `${name}-control`,
              { commonName: CONTROL_SERVICE, usage: "server", names: controlNames },
              this,
            ),
          }),
      ...(this.uuid === undefined
        ? {}
        : {
            node: {
              ...pair(
                issuer.issue(`${name}-node`, { commonName: this.uuid.apply(nodeCommonName), usage: "any" }, this),
              ),
              configuration: configuration(args),
            },
          }),
      ...(node?.dockerPlugin === true ? { plugin: user(PLUGIN, `${name}-plugin`) } : {}),
      users: Object.fromEntries(users.map((each) => [each, user(each, `${name}-user-${each}`)])),
    };

    this.files = new HostFiles(
      name,
      {
        host,
        claims,
        directories: [FLOCKER_DIRECTORY],
        files: memberFiles(contents),
        handlers: memberHandlers(contents),
      },
      childOptions(this, opts),
    );
    this.registerOutputs({ uuid: this.uuid });
  }
}

function pair({
  certificatePem,
  privateKeyPem,
}: Pick<MemberContents["users"][string], "certificatePem" | "privateKeyPem">) {
  return { certificatePem, privateKeyPem };
}

function configuration({ hostname, agent }: MemberArgs): pulumi.Output<string> {
  const { port = AGENT_PORT, dataset, datasetSecrets = {}, logging } = agent;
  return pulumi
    .output(datasetSecrets)
    .apply((secrets) => agentConfig({ hostname, port, dataset: { ...dataset, ...secrets }, logging }));
}
