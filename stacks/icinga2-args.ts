import type * as pulumi from "@pulumi/pulumi";

import { type Icinga2Args, type IdoSettings, rootZone } from "../components/platforms/icinga2";
import type { Icinga2Settings } from "./icinga2-environment";
import { writtenZones } from "./icinga2-zones";
import type { Scope } from "./scope";

/** A database server that another platform sets up. */
export interface SharedServer {
  readonly directory: string;
  readonly unit: string;
  readonly caPem: pulumi.Input<string>;
  readonly ready: pulumi.Resource;
}

/** The platform's arguments from a valid environment. */
export function icinga2Args(icinga2: Icinga2Settings, scope: Scope, shared?: SharedServer): Icinga2Args {
  const { claims, host } = scope;
  const { certificates, globalZones, bind, pluginDirectory, account, unit, ido } = icinga2;
  const zones = writtenZones(icinga2, host).map(({ zone }) => zone);
  const masters = rootZone(zones).endpoints;
  const signing = masters.find((endpoint) => endpoint.host.name === icinga2.signingMaster) ?? masters[0];
  if (signing === undefined) throw new Error("A zone without an endpoint was not refused.");
  return {
    ...{ claims, certificates, zones, globalZones, bind, pluginDirectory, account, unit },
    signingMaster: signing.name,
    authority: scope.authority("icinga2", icinga2.authority),
    ido: ido === undefined ? undefined : idoSettings(ido, scope, shared),
  };
}

function idoSettings(
  { bind, password, ...ido }: NonNullable<Icinga2Settings["ido"]>,
  { host, postgresqlDirectory, secret }: Scope,
  shared: SharedServer | undefined,
): IdoSettings {
  return {
    ...ido,
    host: host(ido.host),
    directory: shared?.directory ?? ido.directory ?? postgresqlDirectory,
    unit: shared?.unit ?? ido.unit ?? "postgresql",
    password: password === undefined ? undefined : secret(password),
    server:
      shared === undefined
        ? { kind: "own", bind: bind ?? "address" }
        : { kind: "shared", caPem: shared.caPem, ready: shared.ready },
  };
}
