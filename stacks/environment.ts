import { z } from "zod";

import { type AuthorityPlatform, type PublishedStacks, outsideAuthorityProblems } from "./authority";
import { certificates } from "./certificates";
import { address, dialledName, hostKey, hostName, port } from "./environment-fields";
import { expandHosts } from "./host-patterns";
import { flockerFacts, flockerSettings } from "./flocker-environment";
import { icinga2Settings } from "./icinga2-environment";
import { icinga2Facts } from "./icinga2-facts";
import { migSettings } from "./mig-environment";
import { migFacts } from "./mig-facts";
import { mmmFacts, mmmSettings } from "./mmm-environment";
import { pkiFacts, pkiSettings } from "./pki-environment";
import { operatorAccounts, operatorDialProblems, operators } from "./operators";
import { type Path, type Problem, problemsOf } from "./problems";
import { type Sections, needsBroker, sectionProblems } from "./section";

/** One host, or many: `name: agent[001-500]` with `address: 10.8.[0-1].[1-250]`, and fqdn likewise. */
export const host = z.strictObject({
  name: hostName,
  address,
  /** The name that it had here before: what is there stays the same, under the new one. For the next `up` alone. */
  formerly: hostName.optional(),
  /** Of its SSH server. Left out: 22. */
  port: port.optional(),
  /** Whom to log in as. Left out: the one that all hosts have. */
  user: z.string().min(1).optional(),
  /** Its name in DNS, by which others then dial it. */
  fqdn: dialledName.optional(),
  /** Pinned. Left out: the one in hostKeys. Read from the lab where there is one. */
  hostKey: hostKey.optional(),
});

/** The platforms that there are: an environment holds one or several, each at most once. */
const platforms = {
  mig: migSettings.optional(),
  icinga2: icinga2Settings.optional(),
  flocker: flockerSettings.optional(),
  mmm: mmmSettings.optional(),
  /** No platform, but the root that several stacks trust. */
  pki: pkiSettings.optional(),
};

export const environmentSchema = z
  .strictObject({
    /** The lab's `lab.json`, relative to the project: operators' passwords and host keys are read from it. */
    lab: z.string().min(1).optional(),
    operators: operators.optional(),
    /** Where there is no lab, a file of host keys as ssh-keyscan prints it, relative to the project. */
    hostKeys: z.string().min(1).optional(),
    hosts: z.array(host).superRefine(refuseDuplicates).default([]),
    certificates: certificates.prefault({}),
    /** Whether databases, virtual hosts, authorities' keys and Flocker's UUIDs are refused to be deleted or replaced. */
    protect: z.boolean().default(false),
    ...platforms,
  })
  .superRefine((environment, context) => {
    for (const { path, reason } of crossProblems(environment)) {
      context.addIssue({ code: "custom", path: [...path], message: reason });
    }
  });

export type Environment = z.infer<typeof environmentSchema>;
export type EnvironmentHost = z.infer<typeof host>;

export type ParsedEnvironment =
  | {
      readonly kind: "valid";
      readonly environment: Environment;
      /** The place in what was written of a place in the environment, whose lists of hosts hold no patterns any more. */
      readonly written: (path: Path) => Path;
    }
  | { readonly kind: "invalid"; readonly problems: readonly Problem[] };

/** Judges an environment as the stack's configuration has it. */
export function parseEnvironment(value: unknown): ParsedEnvironment {
  const { value: expanded, written, problems } = expandHosts(value);
  if (problems.length > 0) return { kind: "invalid", problems };
  const result = environmentSchema.safeParse(expanded);
  return result.success
    ? { kind: "valid", environment: result.data, written }
    : { kind: "invalid", problems: unique(problemsOf(result.error), written) };
}

/** Hosts of one pattern that share a problem have it at one place: it is told once. */
function unique(problems: readonly Problem[], written: (path: Path) => Path): readonly Problem[] {
  const placed = problems.map(({ path, reason }) => ({ path: written(path), reason }));
  return [...new Map(placed.map((problem) => [JSON.stringify(problem), problem])).values()];
}

/** What there is to know of the platforms that the environment holds. */
export function sectionsOf({ hosts, mig, icinga2, flocker, mmm, pki }: Environment): Sections {
  return {
    ...(mig === undefined ? {} : { mig: migFacts(mig, hosts) }),
    ...(icinga2 === undefined ? {} : { icinga2: icinga2Facts(icinga2, hosts, mig !== undefined) }),
    ...(flocker === undefined ? {} : { flocker: flockerFacts(flocker, hosts) }),
    ...(mmm === undefined ? {} : { mmm: mmmFacts(mmm, hosts) }),
    ...(pki === undefined ? {} : { pki: pkiFacts(pki) }),
  };
}

/** Where the authority of each platform comes from, that can have one from outside. */
export function authoritiesOf({ mig, icinga2, mmm }: Environment) {
  return { mig: mig?.authority, icinga2: icinga2?.authority, mmm: mmm?.authority };
}

/** What is wrong with authorities from outside. */
export function authorityProblemsOf(
  environment: Environment,
  value: (key: string) => string | undefined,
  published: PublishedStacks,
  now: Date,
): readonly Problem[] {
  return Object.entries(authoritiesOf(environment)).flatMap(([platform, settings]) =>
    outsideAuthorityProblems(platform as AuthorityPlatform, settings, value, published, now),
  );
}

function refuseDuplicates(hosts: readonly EnvironmentHost[], context: z.RefinementCtx): void {
  for (const key of ["name", "address", "fqdn"] as const) {
    const taken = new Map<string, number>();
    hosts.forEach(({ [key]: value }, index) => {
      if (value === undefined) return;
      const first = taken.get(value);
      if (first === undefined) taken.set(value, index);
      else context.addIssue({ code: "custom", path: [index, key], message: `${value} is taken by hosts[${first}]` });
    });
  }
}

/** A name from before that is one of now would give two hosts the same past. */
function renameProblems(hosts: readonly EnvironmentHost[]): readonly Problem[] {
  return hosts.flatMap(({ formerly }, index) =>
    formerly !== undefined && hosts.some(({ name }) => name === formerly)
      ? [{ path: ["hosts", index, "formerly"], reason: `${formerly} is the name of a host: leave it out` }]
      : [],
  );
}

/** What is wrong between parts that are right by themselves. */
function crossProblems(environment: Environment): readonly Problem[] {
  const { lab, hosts, hostKeys, operators: declared } = environment;
  const sections = sectionsOf(environment);
  return [
    ...(Object.keys(sections).length === 0
      ? [{ path: [], reason: `holds no platform: there are ${Object.keys(platforms).join(", ")}` }]
      : []),
    ...(lab !== undefined && declared !== undefined
      ? [{ path: ["operators"], reason: "the lab has operators of its own: leave out one of both" }]
      : []),
    ...(hosts.length === 0 && Object.keys(sections).some((key) => key !== "pki")
      ? [{ path: ["hosts"], reason: "is missing" }]
      : []),
    ...(lab === undefined && declared === undefined && hosts.length > 0
      ? [{ path: ["operators"], reason: "is needed where there is no lab" }]
      : []),
    ...(declared !== undefined && declared.broker === undefined && needsBroker(sections)
      ? [{ path: ["operators", "broker"], reason: "is missing" }]
      : []),
    ...(lab === undefined && hostKeys === undefined
      ? hosts.flatMap(({ hostKey: key }, index) =>
          key === undefined
            ? [{ path: ["hosts", index, "hostKey"], reason: "is needed where there is neither a lab nor hostKeys" }]
            : [],
        )
      : []),
    ...(declared?.broker?.username === "guest"
      ? [{ path: ["operators", "broker", "username"], reason: "guest is deleted: name another administrator" }]
      : []),
    ...renameProblems(hosts),
    ...sectionProblems(sections, new Set(hosts.map(({ name }) => name)), operatorAccounts(declared, sections)),
    ...operatorDialProblems(environment, sections),
  ];
}
