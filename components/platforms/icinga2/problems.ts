import type { KeyAlgorithm } from "../../pki";
import type { Icinga2Args, ZoneSettings } from "./args";
import { zoneProblems } from "./zone-tree";
import { dialProblems } from "./zones-config";

/** Why no such platform can be declared; empty when it can. */
export function argsProblems(args: Icinga2Args): readonly string[] {
  const { zones, globalZones, signingMaster, certificates } = args;
  const { authorityKeyAlgorithm } = certificates;
  const structure = zoneProblems(zones, globalZones).map(({ reason }) => reason);
  const key = authorityKeyProblem(authorityKeyAlgorithm);
  const signer = signingMasterProblem(zones, signingMaster);
  return [
    ...structure,
    ...(structure.length > 0 ? [] : dialProblems(zones).map(({ reason }) => reason)),
    ...(key === undefined ? [] : [key]),
    ...(signer === undefined ? [] : [signer]),
  ];
}

export function authorityKeyProblem(algorithm: KeyAlgorithm): string | undefined {
  return algorithm.startsWith("RSA")
    ? undefined
    : `${algorithm} is no key for Icinga's authority: with an elliptic one the daemon signs empty certificates, take RSA-4096`;
}

/** The masters' certificates are there before anybody could sign them. */
export function signingMasterProblem(
  zones: readonly Pick<ZoneSettings, "parent" | "endpoints">[],
  signingMaster: string,
): string | undefined {
  const masters = zones.filter(({ parent }) => parent === undefined).flatMap(({ endpoints }) => endpoints);
  const found = masters.find(({ name }) => name === signingMaster);
  if (found === undefined) {
    const names = masters.map(({ name }) => name).join(", ");
    return `${signingMaster} signs requests, and is no endpoint of the masters' zone: those are ${names}`;
  }
  return found.certificate === "placed"
    ? undefined
    : `${signingMaster} signs requests: it needs a certificate that is placed`;
}
