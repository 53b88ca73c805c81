import * as pulumi from "@pulumi/pulumi";

import { type Host, hostNames } from "../../hosts";
import { CertificateAuthority } from "../../pki";
import type { MmmArgs, MmmRole } from "./args";
import { Member } from "./member";
import type { Program } from "./member-files";
import type { ProgramName } from "./paths";
import { type RoleFacts, mmmProblems } from "./problems";

/** MMM with TLS: an authority of its own, as it trusts everyone whom that has signed, and what its hosts need. */
export class Mmm extends pulumi.ComponentResource {
  readonly authority: CertificateAuthority;

  constructor(name: string, args: MmmArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:mmm:Mmm", name, {}, opts);
    refuseProblems(name, args);
    const child = { parent: this };
    const { claims, environment, certificates, series, base, configurationDirectory, verifyMode, units } = args;
    this.authority = new CertificateAuthority(
      `${name}-ca`,
      {
        subject: { commonName: `MMM CA ${environment}`, organization: certificates.organization },
        lifetime: certificates.authorityLifetime,
        maxPathLength: 0,
        keyAlgorithm: certificates.keyAlgorithm,
        outside: args.authority,
      },
      child,
    );
    const settings = { series, base, configurationDirectory, verifyMode, units };
    for (const { host, programs, names } of members(args)) {
      const { authority } = this;
      new Member(`${name}-${host.name}`, { host, claims, authority, certificates, settings, programs, names }, child);
    }
    this.registerOutputs({});
  }
}

interface Membership {
  readonly host: Host;
  readonly programs: readonly Program[];
  readonly names: readonly string[];
}

/** Every host once, with all that runs on it. */
export function members({ monitor, agents, controls = [] }: MmmArgs): readonly Membership[] {
  const as = (name: ProgramName) => (role: MmmRole & { readonly caFile?: boolean }) => ({ name, role });
  const all = [...agents.map(as("agent")), as("monitor")(monitor), ...controls.map(as("control"))];
  const hosts = new Map(all.map(({ role }) => [role.host.name, role.host]));
  return [...hosts.values()].map((host) => {
    const own = all.filter(({ role }) => role.host.name === host.name);
    return {
      host,
      programs: own.map(({ name, role }) => ({ name, configuration: role.configuration, caFile: role.caFile })),
      names: own.flatMap(({ role }) => role.names ?? []),
    };
  });
}

function refuseProblems(name: string, args: MmmArgs): void {
  const facts = ({ host, names = [], configuration }: MmmRole): RoleFacts => ({
    host: host.name,
    holds: [...hostNames(host), ...names],
    configuration,
  });
  const [problem] = mmmProblems({
    ...args,
    monitor: facts(args.monitor),
    agents: args.agents.map(facts),
    controls: (args.controls ?? []).map(facts),
  });
  if (problem !== undefined) throw new pulumi.RunError(`${name}: ${problem.path.join(".")}: ${problem.reason}.`);
}
