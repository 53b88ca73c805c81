import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { CertificateAuthority } from "../../pki";
import type { Icinga2Args } from "./args";
import { Ido } from "./ido";
import { Node } from "./node";
import { argsProblems } from "./problems";
import { rootZone } from "./zone-tree";

/** The authority's name, as the daemon's own command gives it. */
const AUTHORITY_NAME = "Icinga CA";

/** Icinga 2: its authority, the certificates and configuration of every node of the zone tree, the masters' database. */
export class Icinga2 extends pulumi.ComponentResource {
  readonly authority: CertificateAuthority;
  readonly ido: Ido | undefined;
  readonly ticketSalt: pulumi.Output<string>;

  constructor(name: string, args: Icinga2Args, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:icinga2:Icinga2", name, {}, opts);
    const problems = argsProblems(args);
    if (problems.length > 0) throw new pulumi.RunError(`Icinga 2 ${name}: ${problems.join("; ")}.`);
    const child = { parent: this };
    const { certificates, zones } = args;
    const masters = rootZone(zones);

    this.authority = new CertificateAuthority(
      `${name}-ca`,
      {
        subject: { commonName: AUTHORITY_NAME },
        lifetime: certificates.authorityLifetime,
        keyAlgorithm: certificates.authorityKeyAlgorithm,
        outside: args.authority,
      },
      child,
    );
    this.ticketSalt = new random.RandomPassword(`${name}-ticket-salt`, { length: 48, special: false }, child).result;
    this.ido = declareIdo(name, args, this.authority, child);

    for (const zone of zones) {
      for (const endpoint of zone.endpoints) {
        const ido = zone === masters ? this.ido : undefined;
        new Node(
          // Whatever the endpoint is called: it can be renamed in place.
          `${name}-${endpoint.host.name}`,
          {
            ...{ platform: args, zone, endpoint, authority: this.authority, ticketSalt: this.ticketSalt },
            ido: ido === undefined || args.ido === undefined ? undefined : { settings: args.ido, login: ido.login },
          },
          {
            ...child,
            dependsOn: ido === undefined ? undefined : [ido],
            aliases: endpoint.name === endpoint.host.name ? [] : [{ name: `${name}-${endpoint.name}` }],
          },
        );
      }
    }
    this.registerOutputs({});
  }
}

function declareIdo(
  name: string,
  { ido: settings, zones, signingMaster, certificates, claims, account }: Icinga2Args,
  authority: CertificateAuthority,
  child: pulumi.ComponentResourceOptions,
): Ido | undefined {
  if (settings === undefined) return undefined;
  const endpoints = rootZone(zones).endpoints;
  const [first, ...others] = [...endpoints].sort((a, b) => Number(isSigning(b)) - Number(isSigning(a)));
  if (first === undefined) throw new Error("A zone without an endpoint was not refused.");
  return new Ido(
    `${name}-ido`,
    {
      ...{ settings, platform: { claims, account }, authority },
      certificates: { ...certificates, organization: AUTHORITY_NAME },
      masters: [first.host, ...others.map(({ host }) => host)],
    },
    child,
  );

  function isSigning({ name: endpoint }: { readonly name: string }): boolean {
    return endpoint === signingMaster;
  }
}
