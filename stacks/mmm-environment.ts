import { z } from "zod";

import { hostNames } from "../components/hosts";
import { type Program, type RoleFacts, BASE, memberClaims, mmmProblems } from "../components/platforms/mmm";
import { authorityReferences, authoritySettings } from "./authority";
import { absolutePath, certifiedName, hostName, unitName } from "./environment-fields";
import type { Path } from "./problems";
import type { SectionFacts } from "./section";

const role = z.strictObject({
  host: hostName,
  /** What it is dialled by beside its host's name and address: the `ip` that MMM's configuration has for it. */
  names: z.array(certifiedName).default([]),
  /** The rest of its file, which is then placed as a whole. Left out: a block is kept in the file that there is. */
  configuration: z.string().optional(),
});

export const mmmSettings = z.strictObject({
  /** Left out: an authority is made for this environment alone. */
  authority: authoritySettings("mmm").optional(),
  /** Of MMM: 1 with its SSL branch, or 2. */
  series: z.literal([1, 2]),
  /** `etc/ssl` is below it. */
  base: absolutePath.default(BASE),
  /** Of mmm_agent.conf and mmm_mon.conf. Left out: `etc` of the base in series 1, /etc/mysql-mmm in series 2. */
  configurationDirectory: absolutePath.optional(),
  /** In series 1: whether servers are verified by whom connects to them. Left out: 1. */
  verifyMode: z.literal([0, 1]).optional(),
  monitor: role,
  agents: z.array(role).min(1),
  /** Hosts other than the monitor's on which mmm_control runs. */
  controls: z
    .array(
      role.extend({
        /** False: it trusts the authorities of its system. */
        caFile: z.boolean().default(true),
      }),
    )
    .default([]),
  /** Restarted after a change where they run. */
  units: z.strictObject({ agent: unitName, monitor: unitName }).optional(),
});

export type MmmSettings = z.infer<typeof mmmSettings>;

interface Known {
  readonly name: string;
  readonly address: string;
  readonly fqdn?: string | undefined;
}

/** What the environment has to know of MMM's section. Paths are relative to it. */
export function mmmFacts(mmm: MmmSettings, hosts: readonly Known[]): SectionFacts {
  const { monitor, agents, controls } = mmm;
  const facts = ({ host, names, configuration }: MmmSettings["monitor"]): RoleFacts => {
    const known = hosts.find(({ name }) => name === host);
    return { host, holds: known === undefined ? undefined : [...namesOf(known), ...names], configuration };
  };
  return {
    hosts: rolesOf(mmm).map(({ host, path }) => ({ path: [...path, "host"], name: host })),
    names: [],
    files: placed(mmm),
    broker: false,
    secrets: authorityReferences("mmm", mmm.authority),
    problems: mmmProblems({
      ...mmm,
      monitor: facts(monitor),
      agents: agents.map(facts),
      controls: controls.map(facts),
    }),
  };
}

function namesOf({ name, address: at, fqdn }: Known): readonly string[] {
  return hostNames({ name, address: at, ...(fqdn === undefined ? {} : { fqdn }) });
}

function rolesOf({ monitor, agents, controls }: MmmSettings) {
  const as = (name: Program["name"], path: Path, { host, configuration }: MmmSettings["monitor"]) => ({
    host,
    path,
    program: { name, configuration },
  });
  return [
    as("monitor", ["monitor"], monitor),
    ...agents.map((agent, index) => as("agent", ["agents", index], agent)),
    ...controls.map((control, index) => as("control", ["controls", index], control)),
  ];
}

/** A host's pair and its configuration, at the first of its roles. */
function placed(mmm: MmmSettings): NonNullable<SectionFacts["files"]> {
  const all = rolesOf(mmm);
  return all.flatMap(({ host, path }, index) => {
    if (all.findIndex((other) => other.host === host) !== index) return [];
    const own = all.filter((other) => other.host === host).map(({ program }) => program);
    // A role that is listed twice is told of elsewhere.
    const claims = new Map(memberClaims(mmm, own).map((file) => [file.path, file]));
    return [...claims.values()].map((file) => ({ host, path: [...path, "host"], file }));
  });
}
