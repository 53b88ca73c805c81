import { type Host, dialName, hostNames } from "../components/hosts";
import {
  type ZoneProblem,
  dialProblems,
  nodePaths,
  rootZone,
  signingMasterProblem,
  zoneProblems,
} from "../components/platforms/icinga2";
import { holdsName, namesFor } from "../components/pki";
import { authorityReferences } from "./authority";
import type { Icinga2Settings } from "./icinga2-environment";
import { type WrittenZone, writtenZones } from "./icinga2-zones";
import type { Path, Problem } from "./problems";
import { type SectionFacts, repeated } from "./section";

type EnvironmentHost = Omit<Host, "hostKey">;

/**
 * What the environment has to know of Icinga's section. Paths are relative to it.
 *
 * @param sharedServer whether another platform sets the database server up, whose certificate is then the host's
 */
export function icinga2Facts(
  icinga2: Icinga2Settings,
  hosts: readonly EnvironmentHost[],
  sharedServer: boolean,
): SectionFacts {
  const written = writtenZones(icinga2, (name) => {
    const known = hosts.find((host) => host.name === name);
    // One that there is not is told apart from this, once.
    return { name, address: name, ...known, hostKey: "" };
  });
  const { ido } = icinga2;
  return {
    hosts: [
      ...written.flatMap(({ zone, hosts: paths }) =>
        zone.endpoints.map(({ host }, index) => ({ name: host.name, path: paths[index] ?? [] })),
      ),
      ...(ido === undefined ? [] : [{ name: ido.host, path: ["ido", "host"] }]),
    ],
    names: ido === undefined ? [] : databaseNames(ido),
    broker: false,
    ...(ido === undefined
      ? {}
      : {
          database: {
            ...{ path: ["ido", "host"], host: ido.host, port: ido.port },
            names: ido.endpoint === undefined ? [] : [ido.endpoint],
          },
        }),
    secrets: [
      ...authorityReferences("icinga2", icinga2.authority),
      ...(ido?.password === undefined ? [] : [{ key: ido.password, path: ["ido", "password"] }]),
    ],
    files: placed(icinga2, written),
    problems: [
      ...treeProblems(icinga2, written),
      ...repeated(["globalZones"], icinga2.globalZones),
      ...nodesTwice(written),
      ...(ido === undefined ? [] : serverProblems(ido, hosts, sharedServer)),
    ],
  };
}

/** By host, at the node that it is. */
function placed(
  { ido, signingMaster }: Icinga2Settings,
  written: readonly WrittenZone[],
): NonNullable<SectionFacts["files"]> {
  const nodes = written.flatMap(({ zone, hosts }) =>
    zone.endpoints.map((endpoint, index) => ({
      ...{ name: endpoint.name, host: endpoint.host.name, path: hosts[index] ?? [] },
      isMaster: zone.parent === undefined,
      ticket: endpoint.certificate === "ticket",
    })),
  );
  const signer = signingMaster ?? nodes.find(({ isMaster }) => isMaster)?.host;
  return nodes.flatMap(({ name, host, path, isMaster, ticket }) =>
    nodePaths(name, { signs: host === signer, database: isMaster && ido !== undefined, ticket }).map((file) => ({
      ...{ host, path },
      file: { path: file, kind: "whole" as const },
    })),
  );
}

function databaseNames({ database, user, reader }: NonNullable<Icinga2Settings["ido"]>): SectionFacts["names"] {
  return [
    { kind: "database", name: database, path: ["ido", "database"] },
    { kind: "database role", name: user, path: ["ido", "user"] },
    ...(reader === undefined ? [] : [{ kind: "database role", name: reader, path: ["ido", "reader"] } as const]),
  ];
}

function treeProblems(icinga2: Icinga2Settings, written: readonly WrittenZone[]): readonly Problem[] {
  const zones = written.map(({ zone }) => zone);
  const structure = zoneProblems(zones, icinga2.globalZones).map((problem) => ({
    path: pathOf(problem, written),
    reason: problem.reason,
  }));
  if (structure.length > 0) return structure;
  const signer = icinga2.signingMaster ?? rootZone(zones).endpoints[0]?.host.name ?? "";
  const endpoint = zones.flatMap(({ endpoints }) => endpoints).find(({ host }) => host.name === signer);
  const reason = signingMasterProblem(zones, endpoint?.name ?? signer);
  return [
    ...dialProblems(zones).map((problem) => ({
      path: hostPath(written, problem.endpoint.name),
      reason: problem.reason,
    })),
    ...(reason === undefined ? [] : [{ path: ["signingMaster"], reason }]),
  ];
}

function pathOf({ zone, field, endpoint }: ZoneProblem, written: readonly WrittenZone[]): Path {
  const at = written[zone];
  if (at === undefined) return [];
  return endpoint === undefined ? at.path[field] : (at.hosts[endpoint] ?? at.path[field]);
}

function hostPath(written: readonly WrittenZone[], endpoint: string): Path {
  const at = written.find(({ zone }) => zone.endpoints.some(({ name }) => name === endpoint));
  const place = at?.zone.endpoints.findIndex(({ name }) => name === endpoint) ?? 0;
  return at?.hosts[place] ?? [];
}

/** A host has one daemon, and so is one node. */
function nodesTwice(written: readonly WrittenZone[]): readonly Problem[] {
  const nodes = written.flatMap(({ zone, hosts }) =>
    zone.endpoints.map(({ host }, index) => ({ host: host.name, zone: zone.name, path: hosts[index] ?? [] })),
  );
  return nodes.flatMap(({ host, path }, index) => {
    const first = nodes.findIndex((other) => other.host === host);
    const reason = `${host} is a node already, in zone ${nodes[first]?.zone}`;
    return first === index ? [] : [{ path, reason }];
  });
}

/** What the server is like, is said once. */
const SERVERS_OWN = ["directory", "unit", "bind"] as const;

/** Where the server is another platform's, its certificate holds what its host is called and nothing else. */
function serverProblems(
  ido: NonNullable<Icinga2Settings["ido"]>,
  hosts: readonly EnvironmentHost[],
  sharedServer: boolean,
): readonly Problem[] {
  if (!sharedServer) return [];
  const said = SERVERS_OWN.filter((key) => ido[key] !== undefined).map((key) => ({
    path: ["ido", key],
    reason: `is MIG's server's: say it in mig.database.${key}`,
  }));
  const host = hosts.find((candidate) => candidate.name === ido.host);
  if (ido.sslmode !== "verify-full" || host === undefined) return said;
  const dialled = ido.endpoint ?? dialName(host);
  const reason = `${dialled} is dialled, and the certificate of ${ido.host} does not hold it`;
  return holdsName(namesFor(hostNames(host)), dialled) ? said : [...said, { path: ["ido", "endpoint"], reason }];
}
