import * as pulumi from "@pulumi/pulumi";

import { dialName } from "../components/hosts";
import { type Icinga2, type Icinga2Args, zoneRole } from "../components/platforms/icinga2";
import type { PlatformOutputs } from "./outputs";

export function icinga2Outputs(platform: Icinga2, { zones, signingMaster, ido }: Icinga2Args): PlatformOutputs {
  const members = zones.flatMap((zone) =>
    zone.endpoints.map((endpoint) => ({ role: zoneRole(zones, zone), endpoint, zone: zone.name })),
  );
  const hostsOf = (role: string) =>
    members.filter((member) => member.role === role).map(({ endpoint }) => endpoint.host.name);
  return {
    roles: {
      master: hostsOf("master"),
      satellite: hostsOf("satellite"),
      agent: hostsOf("agent"),
      ...(ido === undefined ? {} : { database: [ido.host.name] }),
    },
    open: {
      signingMaster,
      zones: Object.fromEntries(zones.map(({ name, endpoints }) => [name, endpoints.map((endpoint) => endpoint.name)])),
      masters: members
        .filter(({ role }) => role === "master")
        .map(({ endpoint: { dial, port } }) => `https://${dial}:${port}/v1`),
      database:
        ido === undefined
          ? undefined
          : { host: ido.endpoint ?? dialName(ido.host), port: ido.port, name: platform.ido?.database },
      caCertificate: platform.authority.certificatePem,
    },
    passwords: pulumi.secret({ ticketSalt: platform.ticketSalt, database: platform.ido?.passwords }),
  };
}
