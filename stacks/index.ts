import * as pulumi from "@pulumi/pulumi";

import { PathClaims } from "../components/hosts";
import { type Access, type ResolvedAccess, labAccess, operatorAccess } from "./access";
import { type PublishedStacks, trustStackOf } from "./authority";
import { type Environment, authoritiesOf, authorityProblemsOf, parseEnvironment, sectionsOf } from "./environment";
import { readHostKeys } from "./host-keys";
import { readLabFile } from "./lab-file";
import { type PlatformOutputs, hostOutputs } from "./outputs";
import { readPublished } from "./outside-authorities";
import { declarePki } from "./pki-outputs";
import { declarePlatforms, requireSchemas } from "./platforms";
import { type Problem, formatProblems } from "./problems";
import { protectStateful } from "./protection";
import { declareProviders } from "./providers";
import { aliasRenamed } from "./renames";
import { scopeOf } from "./scope";
import { sectionSecrets } from "./section";

const ROOT = "environment";
type Declared = Readonly<Record<string, PlatformOutputs>>;

const config = new pulumi.Config();
const stack = pulumi.getStack();

/** Nothing is declared, and so nothing touched, before everything that can be judged beforehand is found right. */
function refuse(problems: readonly Problem[]): never {
  throw new pulumi.RunError(formatProblems(`stacks/Pulumi.${stack}.yaml`, `${config.name}:${ROOT}`, problems));
}

function readEnvironment() {
  const parsed = parseEnvironment(config.requireObject(ROOT));
  return parsed.kind === "valid" ? parsed : refuse(parsed.problems);
}

/** What a file holds that the environment names by a key. */
function readFrom<T>(key: string, path: string, read: (path: string) => T): T {
  try {
    return read(path);
  } catch (error) {
    return refuse([{ path: [key], reason: error instanceof Error ? error.message : String(error) }]);
  }
}

function granted(resolved: ResolvedAccess): Access {
  if (resolved.kind === "valid") return resolved.access;
  return refuse(resolved.problems.map((problem) => ({ ...problem, path: written(problem.path) })));
}

/** A key that no platform's section names needs not be set. */
function requireSecrets(environment: Environment): void {
  const unset = sectionSecrets(sectionsOf(environment)).filter(({ key }) => config.getSecret(key) === undefined);
  if (unset.length === 0) return;
  refuse(
    unset.map(({ key, path, remedy = `groundwork config set --secret ${key}` }) => ({
      path,
      reason: `is not set: ${remedy}`,
    })),
  );
}

/** In clear also where it is secret: to be judged, before anything is declared. */
function configured(key: string): string | undefined {
  return pulumi.runtime.getConfig(`${config.name}:${key}`);
}

function requireAuthorities(environment: Environment, published: PublishedStacks): PublishedStacks {
  const problems = authorityProblemsOf(environment, configured, published, new Date());
  return problems.length > 0 ? refuse(problems) : published;
}

const { environment, written } = readEnvironment();
requireSecrets(environment);
const trusted = Object.values(authoritiesOf(environment)).flatMap((settings) => trustStackOf(settings) ?? []);
/** Judged at once where no other stack has to be read for it. */
const published =
  trusted.length === 0
    ? requireAuthorities(environment, new Map())
    : readPublished(trusted).then((read) => requireAuthorities(environment, read));
if (environment.protect) protectStateful();
aliasRenamed(environment.hosts);

/** What stands on hosts, where there are some: a stack can be a root of trust alone. */
function declareGround(): { readonly access: Access; readonly platforms: Promise<Declared> } {
  const lab = environment.lab === undefined ? undefined : readFrom("lab", environment.lab, readLabFile);
  const { hostKeys: keyFile } = environment;
  const hostKeys = keyFile === undefined ? undefined : readFrom("hostKeys", keyFile, readHostKeys);
  const access = granted(
    lab === undefined
      ? operatorAccess(environment, (key) => config.getSecret(key), hostKeys)
      : labAccess(environment, lab, (text) => pulumi.secret(text)),
  );
  const providers = declareProviders(access);
  const configuration = { secret: (key: string) => config.requireSecret(key), plain: configured };
  const declare = (read: PublishedStacks) => {
    const claims = new PathClaims();
    const scope = scopeOf(stack, environment, access, claims, configuration, read, lab?.database.version);
    return declarePlatforms(environment, scope, providers);
  };
  const schemas = requireSchemas(environment, providers);
  const isReady = schemas === undefined && !(published instanceof Promise);
  const ready = isReady ? declare(published) : Promise.all([published, schemas]).then(([read]) => declare(read));
  return { access, platforms: Promise.resolve(ready) };
}

const { pki, certificates, hosts } = environment;
const root: Declared = pki === undefined ? {} : { pki: declarePki(pki, certificates.organization, configured) };
const ground = hosts.length === 0 ? undefined : declareGround();
const declared: Promise<Declared> = (ground?.platforms ?? Promise.resolve({})).then((platforms) => ({
  ...root,
  ...platforms,
}));

/** Only of platforms that there are: an undefined output would be warned of. */
const open = Object.fromEntries(
  Object.keys(sectionsOf(environment)).map((section) => [
    section,
    pulumi.output(declared.then((sections) => sections[section]?.open)),
  ]),
);

// An export a section, which depends on the environment.
export = {
  /** Which host does what. */
  hosts: pulumi.output(declared.then((sections) => (ground === undefined ? {} : hostOutputs(ground.access, sections)))),
  ...open,
  /** By platform, server and account, apart from the rest, which they would make secret as a whole. */
  passwords: pulumi.output(
    declared.then((sections) => Object.fromEntries(Object.entries(sections).map(([name, p]) => [name, p.passwords]))),
  ),
};
