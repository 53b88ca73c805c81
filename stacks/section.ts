import { type FileClaim, PathClaims } from "../components/hosts";
import { type Path, type Problem, formatPath } from "./problems";

/** A host that a platform names. Paths of a section are relative to it. */
export interface HostReference {
  readonly path: Path;
  readonly name: string;
}

/** Something that exists once on a server, by the name that a platform gives it there. */
export interface NameClaim {
  readonly kind: "virtual host" | "broker user" | "database" | "database role";
  readonly name: string;
  /** Where the name, or who brings it, is written. */
  readonly path: Path;
}

/** A file that a platform places on a host. */
export interface PlacedFile {
  readonly host: string;
  readonly file: FileClaim;
  /** What brings it there. */
  readonly path: Path;
}

/** A secret configuration key that a platform names. */
export interface SecretReference {
  readonly key: string;
  readonly path: Path;
  /** The command that sets it. @default groundwork config set --secret */
  readonly remedy?: string;
}

/** A PostgreSQL server. */
export interface DatabaseReference {
  readonly path: Path;
  readonly host: string;
  readonly port: number;
  /** What its certificate holds beside all that its host is called. @default nothing */
  readonly names?: readonly string[];
}

/** What an environment has to judge of a platform's section, beside what the section's own schema says. */
export interface SectionFacts {
  readonly hosts: readonly HostReference[];
  readonly names: readonly NameClaim[];
  /** @default none that another platform could place as well */
  readonly files?: readonly PlacedFile[];
  /** @default none */
  readonly secrets?: readonly SecretReference[];
  /** Whether it needs the operator of a broker. */
  readonly broker: boolean;
  /** The PostgreSQL server whose operator it needs. @default none */
  readonly database?: DatabaseReference;
  /** What is wrong within the section that its schema cannot tell. */
  readonly problems: readonly Problem[];
}

/** Sections by the key that they have in the environment. */
export type Sections = Readonly<Record<string, SectionFacts>>;

/**
 * What is wrong between sections, and between them and the hosts of the environment.
 *
 * @param held names that are taken on the servers before, by the operators' accounts
 */
export function sectionProblems(
  sections: Sections,
  hosts: ReadonlySet<string>,
  held: readonly NameClaim[] = [],
): readonly Problem[] {
  const all = Object.entries(sections);
  const own = all.flatMap(([key, section]) => [
    ...section.hosts
      .filter(({ name }) => !hosts.has(name))
      .map(({ path, name }) => ({ path: [key, ...path], reason: `there is no host ${name} in hosts` })),
    ...section.problems.map(({ path, reason }) => ({ path: [key, ...path], reason })),
  ]);
  // A host that is listed twice would place everything twice.
  const isTold = ({ path }: Problem) => own.some((other) => other.path.join() === path.join());
  return [
    ...own,
    ...namesTakenTwice([...held, ...all.flatMap(([key, { names }]) => names.map((claim) => within(key, claim)))]),
    ...filesPlacedTwice(sections).filter((problem) => !isTold(problem)),
    ...otherServers(all.flatMap(([key, { database }]) => (database === undefined ? [] : [within(key, database)]))),
  ];
}

/** Secret configuration keys that have to be set. */
export function sectionSecrets(sections: Sections): readonly SecretReference[] {
  return Object.entries(sections).flatMap(([key, { secrets = [] }]) => secrets.map((secret) => within(key, secret)));
}

/** The first section's server stands for all: there is one operator. */
export function databaseServer(sections: Sections): DatabaseReference | undefined {
  return Object.values(sections).find(({ database }) => database !== undefined)?.database;
}

export function needsBroker(sections: Sections): boolean {
  return Object.values(sections).some(({ broker }) => broker);
}

/** Entries of a list that stand in it before. */
export function repeated(path: Path, values: readonly string[]): readonly Problem[] {
  return values.flatMap((value, index) =>
    values.indexOf(value) === index ? [] : [{ path: [...path, index], reason: `${value} is listed twice` }],
  );
}

function within<T extends { readonly path: Path }>(key: string, value: T): T {
  return { ...value, path: [key, ...value.path] };
}

function namesTakenTwice(claims: readonly NameClaim[]): readonly Problem[] {
  return claims.flatMap(({ kind, name, path }, index) => {
    const first = claims.findIndex((other) => other.kind === kind && other.name === name);
    const holder = claims[first]?.path.join(".");
    return first === index ? [] : [{ path, reason: `${kind} ${name} is claimed by ${holder} already` }];
  });
}

/** The same register as at the declaration, which would find the same only once something is being made. */
function filesPlacedTwice(sections: Sections): readonly Problem[] {
  const claims = new PathClaims();
  return Object.entries(sections).flatMap(([key, { files = [] }]) =>
    files.flatMap(({ host, file, path }): readonly Problem[] => {
      try {
        claims.claim(host, formatPath(key, path), [file]);
        return [];
      } catch (error) {
        return [{ path: [key, ...path], reason: error instanceof Error ? error.message : String(error) }];
      }
    }),
  );
}

function otherServers(
  servers: readonly { readonly path: Path; readonly host: string; readonly port: number }[],
): readonly Problem[] {
  const [first, ...others] = servers;
  return others
    .filter(({ host, port }) => first !== undefined && (host !== first.host || port !== first.port))
    .map(({ path }) => ({
      path,
      reason: `an environment has one PostgreSQL server, and ${first?.path.join(".")} is on ${first?.host}:${first?.port}`,
    }));
}
