import * as hosts from "@groundwork/hosts";
import * as pulumi from "@pulumi/pulumi";

import type { Issuer } from "./issuer";
import { userCommonName } from "./names";

export interface AdministratorArgs {
  /** On the machine that `up` runs on. */
  readonly directory: string;
  readonly issuer: Issuer;
  /** API users whose certificates are handed out by hand. */
  readonly users: readonly string[];
}

/** What the administrator alone holds, under the names that `flocker-ca` and `flockerctl` know. */
export class Administrator extends pulumi.ComponentResource {
  constructor(name: string, args: AdministratorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:flocker:Administrator", name, {}, opts);
    const { directory, issuer, users } = args;
    const pairs = users.map((user) => {
      const certified = { commonName: userCommonName(user), usage: "client" } as const;
      const { certificatePem, privateKeyPem } = issuer.issue(`${name}-user-${user}`, certified, this);
      return { [`${user}.crt`]: certificatePem, [`${user}.key`]: privateKeyPem };
    });
    const files: Record<string, pulumi.Output<string>> = Object.assign(
      { "cluster.crt": issuer.authority.certificatePem, "cluster.key": issuer.authority.privateKeyPem },
      ...pairs,
    );
    new hosts.LocalFiles(name, { directory, files }, { parent: this });
    this.registerOutputs({});
  }
}
